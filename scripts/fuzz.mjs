/** Any text into the compiler: `npm run fuzz [-- TEXTS [SEED]]`, 100,000 unless told. The seed is printed. */
import { spawnSync } from 'node:child_process';

const [texts = '100000', seed] = process.argv.slice(2);
const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/jest/bin/jest.js',
    '--selectProjects',
    'unit',
    '--testPathPatterns',
    'compiler-fuzz',
    '--coverage=false',
  ],
  { stdio: 'inherit', env: { ...process.env, FC_RUNS: texts, ...(seed && { FC_SEED: seed }) } },
);
process.exitCode = status ?? 1;
