/** `npm run decode-history -- DATA_DIR < history.json`: builds when needed, then prints the history in plain words. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { prepare, ROOT } from './setup/prepare.mjs';
import { report } from './setup/problem.mjs';

await prepare().then(decode).catch(report);

function decode() {
  const entry = join(ROOT, 'dist', 'workers', 'decode-history.js');
  const { status } = spawnSync(process.execPath, [entry, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
