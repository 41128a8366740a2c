import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from './prepare.mjs';

/** The server's executable, by the very code that `npm start` uses; so this needs a build. @returns {Promise<string>} */
export async function temporalExecutable() {
  const { acquireTemporal } = createRequire(import.meta.url)(join(ROOT, 'dist/workers/temporal-server/acquire.js'));
  const { path } = await acquireTemporal({
    executable: process.env.OSTINATO_TEMPORAL_BIN,
    searchPath: process.env.PATH,
    cacheDir: process.env.OSTINATO_CACHE_DIR,
    say: (line) => process.stderr.write(`${line}\n`),
  });
  return path;
}
