/** A test of the suite with other numbers than `npm test` gives it, on the whole product. */
import { spawnSync } from 'node:child_process';
import { prepare, ROOT } from './prepare.mjs';
import { report } from './problem.mjs';
import { temporalExecutable } from './temporal.mjs';

/**
 * @param {string} file pattern of the test file
 * @param {string} test pattern of the test's name
 * @param {Record<string, string>} numbers environment variables that the test reads
 */
export async function longCheck(file, test, numbers) {
  try {
    await prepare();
    const { status } = spawnSync(
      process.execPath,
      [
        ...['node_modules/jest/bin/jest.js', '--selectProjects', 'integration', '--coverage=false'],
        ...['--testPathPatterns', file, '-t', test],
      ],
      {
        cwd: ROOT,
        stdio: 'inherit',
        env: { ...process.env, OSTINATO_TEMPORAL_BIN: await temporalExecutable(), ...numbers },
      },
    );
    process.exitCode = status ?? 1;
  } catch (error) {
    report(error);
  }
}
