import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupProblem } from './problem.mjs';
import { run, step, tail } from './steps.mjs';

const stampOf = (root) => join(root, 'node_modules', '.ostinato-stamp');
const lockHash = (root) =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');

export function packagesAreCurrent(root) {
  return existsSync(stampOf(root)) && readFileSync(stampOf(root), 'utf8') === lockHash(root);
}

/** Installs exactly what package-lock.json says when that is not what lies in node_modules. */
export async function installPackages(root) {
  if (packagesAreCurrent(root)) return;
  if (!holdsWhatLockSays(root)) await step('Installing packages', () => install(root));
  writeFileSync(stampOf(root), lockHash(root));
}

/** True after `npm install` by hand: nothing to do but to remember it. */
function holdsWhatLockSays(root) {
  const installed = readLock(join(root, 'node_modules', '.package-lock.json'));
  const wanted = readLock(join(root, 'package-lock.json'));
  if (installed === null || wanted === null) return false;
  return Object.entries(wanted).every(
    ([path, { version, link, optional }]) =>
      path === '' || link || installed[path]?.version === version || (optional && installed[path] === undefined),
  );
}

function readLock(path) {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')).packages ?? null) : null;
}

async function install(root) {
  // Under npm the very npm that runs us is used. Development packages too: the build needs them also in production.
  const npm = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const args = [...npm.slice(1), 'ci', '--include=dev', '--no-audit', '--no-fund'];
  const { code, output } = await run(npm[0], args, { cwd: root });
  if (code === 0) return;
  throw new SetupProblem(`The packages could not be installed:\n${tail(output)}`, {
    tried: 'npm ci',
    mend: 'see that npm reaches its registry (npm ping), then run the command again; `npm ci` by hand shows everything.',
  });
}
