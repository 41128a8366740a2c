import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What test files leave behind in a worker adds up until its collector does nothing else: then a new one goes on. */
const WORKER_MEMORY = '800MB';
/**
 * Unit tests compute. Integration tests wait for the most part, for a server, a time-out, a restart: more of them than
 * there are cores go on side by side.
 */
const WORKERS = { unit: 3, integration: 3 };

/**
 * One run of jest over one project.
 * @param {'unit' | 'integration'} project
 * @param {{ coverage: boolean, rest: string[] }} options
 */
export function jestArguments(root, project, { coverage, rest }) {
  const outputFile = join(mkdtempSync(join(tmpdir(), 'ostinato-jest-')), 'result.json');
  return {
    outputFile,
    args: [
      ...['--rootDir', root, '--selectProjects', project, '--json', `--outputFile=${outputFile}`],
      ...[`--maxWorkers=${WORKERS[project]}`, `--workerIdleMemoryLimit=${WORKER_MEMORY}`],
      ...(coverage ? ['--coverage'] : []),
      // What is asked for may be in the other project.
      ...(rest.length > 0 ? ['--passWithNoTests', ...rest] : []),
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
