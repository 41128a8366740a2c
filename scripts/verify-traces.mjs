/** `npm run verify-traces -- DATA_DIR`: builds when needed, then feeds every trace back through the machine. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { prepare, ROOT } from './setup/prepare.mjs';
import { report } from './setup/problem.mjs';

await prepare().then(verify).catch(report);

function verify() {
  const entry = join(ROOT, 'dist', 'workers', 'verify-traces.js');
  const { status } = spawnSync(process.execPath, [entry, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
