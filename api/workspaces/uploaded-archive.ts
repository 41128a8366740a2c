import { fail } from '../../shared/core/errors/errors';
import { isObject, type Json } from '../../shared/core/json';
import { archivePaths } from '../../shared/core/workspaces/archive-files';
import { toYaml } from '../../shared/core/workspaces/edit-yaml';
import type { Texts } from '../../shared/ports/deployments';
import type { HttpRequest } from '../http/contract';
import { badUpload, readZip, ZIP_LIMITS, type ZipLimits } from './zip';

/** Stands in an archive of several workspaces, and in no other. */
export const BULK_FILE = 'bulkExport.json';

/** The file `archive` of a form. @throws MissingFieldError · InvalidUploadError (400) */
export function uploadedArchive({ body }: Pick<HttpRequest, 'body'>): Buffer {
  const archive = isObject(body) ? body['archive'] : undefined;
  if (!isObject(archive))
    throw fail('MissingFieldError', 'Send the archive as the file `archive` of a form', { fields: ['archive'] });
  const { originalname, base64 } = archive;
  if (typeof base64 !== 'string') throw fail('MissingFieldError', '`archive` is no file', { fields: ['archive'] });
  if (!/\.zip$/i.test(String(originalname))) throw badUpload('only .zip archives are taken');
  return Buffer.from(base64, 'base64');
}

/** What of an archive belongs to a workspace, by its path there. @throws InvalidUploadError (400) */
export async function filesOfArchive(bytes: Buffer, limits: ZipLimits = ZIP_LIMITS): Promise<Texts> {
  let paths: ReadonlyMap<string, string> = new Map();
  const texts = await readZip(
    bytes,
    (names) => {
      if (names.includes(BULK_FILE))
        throw badUpload(`${BULK_FILE} says that it holds several workspaces; send it to /v2/workspaces/import`);
      return new Set((paths = archivePaths(names)).keys());
    },
    limits,
  );
  if (paths.size === 0) throw badUpload('no file of a workspace is in the archive');
  const files = new Map<string, string>();
  for (const [entry, path] of paths) {
    if (files.has(path)) throw badUpload(`${path} is there twice`);
    files.set(path, entry.endsWith('.json') ? fromJson(entry, texts[entry] ?? '') : (texts[entry] ?? ''));
  }
  return Object.fromEntries(files);
}

function fromJson(entry: string, text: string): string {
  try {
    return toYaml(JSON.parse(text) as Json);
  } catch {
    throw badUpload(`${JSON.stringify(entry.slice(0, 200))} is no JSON`);
  }
}
