import { SetupProblem } from './problem.mjs';

const MINIMUM = [20, 3];

/** Older versions fail later and in riddles. Keep this file free of newer syntax. */
export function checkNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1])) return;
  throw new SetupProblem(`Ostinato needs Node.js ${MINIMUM.join('.')} or newer; this is ${version}.`, {
    mend: 'install a current Node.js (22 or newer is a good choice) and run the command again.',
  });
}
