/** The property "cut anywhere" over many programs: `npm run cut-anywhere [-- PROGRAMS [SEED]]`, 100,000 unless told. */
import { spawnSync } from 'node:child_process';

const [programs = '100000', seed] = process.argv.slice(2);
const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/jest/bin/jest.js',
    '--selectProjects',
    'integration',
    '--testPathPatterns',
    'integration/cut-anywhere',
  ],
  { stdio: 'inherit', env: { ...process.env, CUTS: programs, ...(seed && { CUTS_SEED: seed }) } },
);
process.exitCode = status ?? 1;
