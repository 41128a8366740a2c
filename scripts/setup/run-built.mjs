import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { prepare, ROOT } from './prepare.mjs';
import { report } from './problem.mjs';

/** Builds when needed, then runs a program of `workers/` with the arguments of this one. @param {string} name */
export const runBuilt = (name) =>
  prepare()
    .then(() => {
      const entry = join(ROOT, 'dist', 'workers', `${name}.js`);
      const { status } = spawnSync(process.execPath, [entry, ...process.argv.slice(2)], { stdio: 'inherit' });
      process.exitCode = status ?? 1;
    })
    .catch(report);
