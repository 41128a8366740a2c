import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporal } from '@temporalio/proto';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import type { ProgramSetRef } from '../../shared/contracts/engine';
import { createPayloadCodec } from '../../shared/drivers/run-engine/payload-codec';

interface Recorded {
  readonly runId: string;
  readonly ref: ProgramSetRef;
  readonly programs: object;
  readonly history: string;
}

const folder = join(__dirname, '../histories');
const root = join(__dirname, '../..');
const recorded = readdirSync(folder).filter((file) => file.endsWith('.json'));
const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Recorded;

jest.setTimeout(120_000);
beforeAll(() => void Runtime.install({ logger: new DefaultLogger('ERROR') }));

/** As the product's worker, with the recorded programs in the place of the release store. */
function replay(file: string, code: string): Promise<void> {
  const { runId, programs, history } = read(file);
  const codec = createPayloadCodec({
    blobs: { put: () => Promise.reject(new Error('no blobs in fixtures')), get: async () => null },
    programs: async () => Buffer.from(JSON.stringify(programs)),
  });
  return Worker.runReplayHistory(
    { workflowBundle: { code }, dataConverter: { payloadCodecs: [codec] } },
    temporal.api.history.v1.History.decode(Buffer.from(history, 'base64')),
    runId,
  );
}

describe('recorded histories', () => {
  const product = readFileSync(join(root, 'dist/workflow-bundle.js'), 'utf8');

  it('are there', () => expect(recorded.length).toBeGreaterThanOrEqual(5));

  it.each(recorded)('%s still replays', (file) => expect(replay(file, product)).resolves.toBeUndefined());

  it('do not replay on a shell that arms timers before it flushes', async () => {
    const { code } = await bundleWorkflowCode({
      workflowsPath: join(root, 'dist/workflows/run-automation.js'),
      logger: new DefaultLogger('ERROR'),
      webpackConfigHook: (config) => ({
        ...config,
        module: {
          ...config.module,
          rules: [
            ...(config.module?.rules ?? []),
            {
              test: /workflows[\\/]shell\.js$/,
              use: [{ loader: join(__dirname, '../support/exchange-effects-loader.cjs') }],
            },
          ],
        },
      }),
    });
    expect(code).toContain('effects exchanged');
    await expect(replay('two-waits.json', code)).rejects.toThrow(/[Nn]ondeterminism|TMPRL1100/);
  });
});
