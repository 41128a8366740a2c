import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Folders whose TypeScript becomes dist/. */
export const SOURCE_FOLDERS = ['shared', 'workflows', 'activities', 'api', 'workers'];
/** What the workflow bundle is made of. */
export const BUNDLE_FOLDERS = ['shared/core', 'shared/contracts', 'workflows'];

const isTest = (path) => path.endsWith('.test.ts');

/** Files below a folder, in a stable order, without tests. */
export function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.[a-z]+$/.test(path) && !isTest(path))
    .sort()
    .map((path) => join(folder, path));
}

/** Changes when a file of these folders, or one of these files, is changed, added or removed. Reads no contents: cheap. */
export function fingerprint(root, folders, files) {
  const hash = createHash('sha256');
  for (const path of [
    ...folders.flatMap((folder) => filesBelow(join(root, folder))),
    ...files.map((f) => join(root, f)),
  ]) {
    const stat = statSync(path, { throwIfNoEntry: false });
    hash.update(`${path}\0${stat?.mtimeMs}\0${stat?.size}\n`);
  }
  return hash.digest('hex');
}
