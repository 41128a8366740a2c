/** `npm run set-password [-- EMAIL]`: builds when needed, then sets the password of an account anew. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { prepare, ROOT } from './setup/prepare.mjs';
import { report } from './setup/problem.mjs';

await prepare().then(set).catch(report);

function set() {
  const entry = join(ROOT, 'dist', 'workers', 'set-password.js');
  const { status } = spawnSync(process.execPath, [entry, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
