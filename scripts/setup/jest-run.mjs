import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What test files leave behind in a worker adds up until its collector does nothing else: then a new one goes on. */
const WORKER_MEMORY = '800MB';

/** One run of jest over the projects. Coverage only of the whole: a part of the tests cannot reach the thresholds. */
export function jestArguments(root, projects, { coverage, rest }) {
  const outputFile = join(mkdtempSync(join(tmpdir(), 'ostinato-jest-')), 'result.json');
  const args = ['--rootDir', root, '--selectProjects', ...projects, '--json', `--outputFile=${outputFile}`];
  return {
    outputFile,
    args: [
      ...args,
      '--maxWorkers=2',
      `--workerIdleMemoryLimit=${WORKER_MEMORY}`,
      ...(coverage ? ['--coverage'] : []),
      ...rest,
    ],
  };
}

/** @returns {{ passed: number, failed: number, skipped: number }} a file that cannot even be loaded counts as one failure */
export function countJest(outputFile) {
  try {
    const result = JSON.parse(readFileSync(outputFile, 'utf8'));
    return {
      passed: result.numPassedTests,
      failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
      skipped: result.numPendingTests,
    };
  } catch {
    return { passed: 0, failed: 0, skipped: 0 }; // jest died before it wrote: its exit code says so.
  }
}
