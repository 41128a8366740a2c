/** Random expressions give inside the engine's sandbox what they give in plain Node. */
import { join } from 'node:path';
import { bundleWorkflowCode, Runtime } from '@temporalio/worker';
import fc from 'fast-check';
import { parseExpression } from '../../shared/core/expression/parse/parse-expression';
import { expressions, vars } from '../../shared/testing/random-expressions';
import { openEngineBench, quiet } from '../support/engine-bench';
import { outcomesOf, type Compiled } from '../support/sandbox/outcomes-of';

jest.setTimeout(120_000);

const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
const EXPRESSIONS = 10_000;
/** Of one workflow: what a payload may hold. */
const BATCH = 500;
let bench: Awaited<ReturnType<typeof openEngineBench>>;

beforeAll(async () => {
  Runtime.install({ logger: quiet });
  bench = await openEngineBench({});
});
afterAll(() => bench.close());

/** Those of the random texts that compile, each once. */
function compiledExpressions(): Compiled[] {
  const texts = new Set<string>();
  for (let round = 0; texts.size < EXPRESSIONS * 1.1; round++)
    for (const text of fc.sample(expressions, { seed: seed + round, numRuns: EXPRESSIONS })) texts.add(text);
  const compiled: Compiled[] = [];
  for (const text of texts) {
    try {
      compiled.push({ expr: parseExpression(text), vars });
    } catch {
      // Too long, or two quoted texts beside each other: nothing to evaluate.
    }
  }
  return compiled.slice(0, EXPRESSIONS);
}

it(`evaluates ${EXPRESSIONS} random expressions as plain Node does, twice (FC_SEED=${seed})`, async () => {
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(__dirname, '../support/sandbox/evaluate-workflow.ts'),
    logger: quiet,
  });
  const compiled = compiledExpressions();
  expect(compiled).toHaveLength(EXPRESSIONS);
  const batches = Array.from({ length: EXPRESSIONS / BATCH }, (_, i) => compiled.slice(i * BATCH, (i + 1) * BATCH));
  const { client, worker } = await bench.plainWorker(code);
  const inSandbox = await worker.runUntil(() =>
    Promise.all(
      batches.map((batch, i) =>
        client.workflow.execute<(batch: readonly Compiled[]) => Promise<readonly string[]>>('evaluateAll', {
          taskQueue: 'plain',
          workflowId: `sandbox-${i}`,
          args: [batch],
        }),
      ),
    ),
  );
  const here = outcomesOf(compiled);
  expect(outcomesOf(compiled)).toEqual(here);
  expect(inSandbox.flat()).toEqual(here);
  // Enough of them have a value: errors alone would say little.
  expect(here.filter((outcome) => !outcome.startsWith('throws')).length).toBeGreaterThan(EXPRESSIONS * 0.3);
});
