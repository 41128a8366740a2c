/** Rate limits through the whole product: never an error, time is lost instead, and told of. */
import type { Event } from '../../shared/core/events/event';
import { eventually } from '../support/eventually';
import { startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';
import { answerJson, startStub, type StubServer } from '../support/stub-server';

jest.setTimeout(120_000);

const emits = `
name: Emits
when: { endpoint: true }
do: [repeat: { until: '{{body.n}}', do: [emit: { event: emitted, payload: { n: '{{item}}' } }] }]
output: done
`;
const calls = `
name: Calls an API
when: { endpoint: true }
do:
  - fetch: { url: '{{config.stub}}/' }
  - fetch: { url: '{{config.stub}}/' }
`;
const loops = `
name: Loops
when: { endpoint: true }
do: [repeat: { until: 1500, do: [set: { name: n, value: '{{item}}' }] }]
output: '{{n}}'
`;
const stores = `
name: Tells what is stored
when: { endpoint: true }
do: [set: { name: 'global.stored.{{body.n}}', value: true }]
output: '{{global.stored}}'
`;

const own = {
  emitting: { prismeai_ratelimit_emits: '2', prismeai_ratelimit_emits_burst: '1' },
  calling: { prismeai_ratelimit_fetchs: '2', prismeai_ratelimit_fetchs_burst: '1' },
  looping: { prismeai_ratelimit_repeats: '1000', prismeai_ratelimit_repeats_burst: '10' },
  starting: { prismeai_ratelimit_automations: '2', prismeai_ratelimit_automations_burst: '1' },
  surviving: { prismeai_ratelimit_automations: '2', prismeai_ratelimit_automations_burst: '1' },
  free: { prismeai_ratelimit_emits: '1', prismeai_ratelimit_emits_burst: '1', prismeai_ratelimit_disabled: 'true' },
};
const settings = { RATE_LIMIT_DISABLED: 'false', OSTINATO_SECRETS: JSON.stringify(own) };
const folder = servedFolder({
  emitting: { emits },
  calling: { calls },
  looping: { loops },
  starting: { stores },
  surviving: { stores },
  free: { emits },
});
let stub: StubServer;
let product: Product;

beforeAll(async () => {
  stub = await startStub((_request, response) => answerJson(response, {}));
  folder.write('calling', { 'index.yml': `name: Calling\nconfig: { value: { stub: '${stub.url}' } }\n` });
  product = await startProduct(folder.path, settings);
}, 120_000);
afterAll(async () => {
  await product?.stop(); // Feeds the traces back through the machine: the delays stand in them.
  await stub?.close();
  folder.remove();
}, 120_000);

interface Executed {
  readonly startedAt: string;
  readonly throttled?: number;
  readonly duration: number;
}

async function executed(workspace: string, correlationId: string): Promise<Executed> {
  const where = { 'source.correlationId': correlationId };
  const [event] = await product.workspace(workspace).until('runtime.automations.executed', where, { withinMs: 30_000 });
  return (event as Event).payload as unknown as Executed;
}

/** Calls, and is told what was lost. */
async function call(workspace: string, endpoint: string, body = {}): Promise<Executed> {
  const answer = await product.workspace(workspace).call(endpoint, { body });
  expect(answer.status).toBe(200);
  const told = await executed(workspace, answer.correlationId);
  expect(told.duration).toBeGreaterThanOrEqual(told.throttled ?? 0);
  return told;
}

it('delays events above the burst, and loses none', async () => {
  const { throttled } = await call('emitting', 'emits', { n: 5 });
  // One is there; four more come at two a second. What the machine itself needs counts too.
  expect(throttled).toBeGreaterThan(0);
  expect(throttled).toBeLessThanOrEqual(2_000);
  const sent = await product.workspace('emitting').until('emitted', {}, { count: 5 });
  const [first = 0, last = 0] = [sent[0], sent[4]].map((event) => Date.parse(event?.createdAt ?? ''));
  expect(sent).toHaveLength(5);
  expect(last - first).toBeGreaterThan(1_800);
});

it('delays calls of APIs', async () => {
  const { throttled } = await call('calling', 'calls');
  expect(throttled).toBeGreaterThan(0);
  expect(throttled).toBeLessThanOrEqual(500);
  expect(stub.requests).toHaveLength(2);
});

it('delays long loops, also with a burst below 500', async () => {
  const { throttled } = await call('looping', 'loops');
  expect(throttled).toBeGreaterThan(200);
  expect(throttled).toBeLessThanOrEqual(1_000);
});

/** `answeredAt`: what it has stored is there; `dueAt`: what it reads is there. */
interface Delayed {
  readonly n: string;
  readonly stored: readonly string[];
  readonly throttled: number;
  readonly dueAt: number;
  readonly answeredAt: number;
}

async function startOne(n: string): Promise<Delayed> {
  const answer = await product.workspace('starting').call('stores', { body: { n } });
  const answeredAt = Date.now();
  expect(answer.status).toBe(200);
  const { startedAt, throttled = 0 } = await executed('starting', answer.correlationId);
  const stored = Object.keys(answer.body as object);
  return { n, stored, throttled, dueAt: Date.parse(startedAt) + throttled, answeredAt };
}

it('delays starts, which read what is stored when their time has come', async () => {
  expect((await startOne('first')).throttled).toBe(0);
  let behind = 0;
  // A machine may be too busy to end a run before the next one's time: then more of them make the last one later.
  for (let count = 3; behind === 0; count *= 2) {
    const begunAt = Date.now();
    const runs = await Promise.all(Array.from({ length: count }, (_, i) => startOne(`of${count}at${i}`)));
    // One token is there at most.
    expect(Math.max(...runs.map(({ dueAt }) => dueAt)) - begunAt).toBeGreaterThanOrEqual((count - 1) * 500);
    for (const { n, answeredAt } of runs)
      for (const { dueAt, stored } of runs) {
        if (answeredAt >= dueAt) continue;
        expect(stored).toContain(n);
        behind++;
      }
  }
});

it('keeps a delay over kill -9', async () => {
  const client = product.workspace('surviving');
  const calls = Array.from({ length: 6 }, () => client.call('stores', { body: { n: 'any' } }).catch(() => undefined));
  await eventually('all have started', async () =>
    /\b6\b/.test(await product.temporal('workflow', 'count', '--query', "WorkspaceId = 'surviving'")),
  );
  await product.kill9();
  await Promise.all(calls);
  await product.restart();
  const again = product.workspace('surviving');
  expect(await again.until('runtime.automations.executed', {}, { count: 6, withinMs: 30_000 })).toHaveLength(6);
});

it('limits nothing where the platform says so, and nowhere unless asked', async () => {
  expect((await call('free', 'emits', { n: 30 })).throttled).toBeUndefined();
  expect(product.output()).not.toContain('rate limits of runs are off');
  await product.restart({ OSTINATO_SECRETS: settings.OSTINATO_SECRETS });
  expect(product.output()).toContain('rate limits of runs are off (RATE_LIMIT_DISABLED=false turns them on)');
  expect((await call('emitting', 'emits', { n: 30 })).throttled).toBeUndefined();
});
