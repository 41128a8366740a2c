import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, buildIsCurrent } from './build.mjs';
import { exclusively } from './exclusive.mjs';
import { checkNode } from './node-version.mjs';
import { installPackages, packagesAreCurrent } from './packages.mjs';

/** The checkout. */
export const ROOT = realpathSync(join(dirname(fileURLToPath(import.meta.url)), '..', '..'));

/** From a fresh clone to something that runs; when nothing changed it costs some milliseconds. */
export async function prepare({ withBuild = true } = {}) {
  checkNode();
  const isReady = () => packagesAreCurrent(ROOT) && (!withBuild || buildIsCurrent(ROOT));
  if (isReady()) return;
  await exclusively(ROOT, async () => {
    await installPackages(ROOT);
    if (withBuild) await build(ROOT);
  });
}
