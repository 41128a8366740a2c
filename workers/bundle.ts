/** Makes `dist/workflow-bundle.js`: the only code that the engine's sandbox runs. `node dist/workers/bundle.js` at build. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const dist = join(__dirname, '..');
export const BUNDLE_PATH = join(dist, 'workflow-bundle.js');

/**
 * Modules evaluated once for the worker and shared by all runs, frozen. Without this every run would evaluate the
 * machine anew, which costs more than the run itself.
 */
const preloaded = [
  'run/advance',
  'run/describe-waiting',
  'run/ids',
  'run/open-waits',
  'run/order-items',
  // Required when first used, so that Node starts faster; here they are worth having once for all runs.
  'expression/evaluate/format-date',
  'expression/evaluate/regex',
];

export async function makeBundle(workflowsPath = join(dist, 'workflows', 'run-automation.js')): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    preloadModules: [
      ...preloaded.map((module) => join(dist, 'shared', 'core', `${module}.js`)),
      join(dist, 'workflows', 'shell.js'),
      join(dist, 'workflows', 'short-stacks.js'),
    ],
    logger: new DefaultLogger('WARN'),
  });
  return code;
}

if (require.main === module)
  makeBundle()
    .then((code) => writeFile(BUNDLE_PATH, code))
    .catch((error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    });
