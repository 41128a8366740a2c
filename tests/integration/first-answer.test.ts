/** What a newcomer does first: call the sample, look at its events, look at its run with the Temporal CLI. */
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { startProduct, type Product } from '../support/product';
import { servedFolder, type ServedFolder } from '../support/served-folder';
import type { Answer, WorkspaceClient } from '../support/workspace-client';

jest.setTimeout(60_000);

const PERFORMANCE = join(__dirname, '..', '..', 'examples', 'performance');

const waiter = `
name: Waits for a payment
when: { endpoint: true }
do:
  - emit: { event: order.placed }
  - conditions:
      '{{body.orderId}} == 8':
        - emit: { event: never.taken, payload: { secretOfTheOtherBranch: literal-of-a-branch-not-taken } }
      default: []
  - wait:
      oneOf: [{ event: order.paid, filters: { payload.id: '{{body.orderId}}' } }]
      timeout: 3600
      output: paid
output: { paid: '{{paid.payload.id}}' }
`;

let folder: ServedFolder;
let product: Product;
let performance: WorkspaceClient;
let shop: WorkspaceClient;

beforeAll(async () => {
  folder = servedFolder({ shop: { waiter } });
  folder.copy(PERFORMANCE, 'performance', {});
  product = await startProduct(folder.path);
  performance = product.workspace('performance');
  shop = product.workspace('shop');
}, 120_000);

afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

describe('the first call', () => {
  let answer: Answer;

  beforeAll(async () => {
    answer = await performance.call('simpleUserJourney', { body: { user: 'Ada' } });
  });

  it('answers with the output of the run', () => {
    expect(answer).toMatchObject({ status: 200, body: { content: 'Doe', requestBody: { user: 'Ada' } } });
  });

  it('names the chain and the run in headers', () => {
    expect(answer.correlationId).toMatch(/^[0-9a-f]{32}$/);
    expect(answer.runId).toMatch(/^performance\/simpleUserJourney\/[0-9A-HJKMNP-TV-Z]{26}$/);
  });

  it('has its event in the history, with the correlation id, within a second', async () => {
    const [event] = await performance.until(
      'apps.test',
      { 'source.correlationId': answer.correlationId },
      { withinMs: 1000 },
    );
    expect(event).toMatchObject({
      payload: { lastName: 'John' },
      source: {
        workspaceId: 'performance',
        automationSlug: 'simpleUserJourney',
        automationDepth: 1,
        serviceTopic: 'topic:runtime:emit',
      },
    });
  });

  it('tells what it did in native events of the same chain', async () => {
    const chain = { 'source.correlationId': answer.correlationId };
    const [executed] = await performance.until('runtime.automations.executed', chain);
    expect(executed?.payload).toMatchObject({
      slug: 'simpleUserJourney',
      trigger: { type: 'endpoint', value: 'simpleUserJourney' },
      output: answer.body,
      break: false,
    });
    const natives = await performance.events(['runtime.interactions.triggered', 'runtime.webhooks.triggered'], chain);
    expect(natives.map(({ type }) => type).sort()).toEqual([
      'runtime.interactions.triggered',
      'runtime.webhooks.triggered',
    ]);
  });

  it('keeps a client from claiming who it is', async () => {
    const spoofed = await performance.call('simpleUserJourney', {
      body: {},
      headers: { 'x-prismeai-user-id': 'somebody-else', 'x-prismeai-workspace-id': 'other' },
    });
    const [executed] = await performance.until('runtime.automations.executed', {
      'source.correlationId': spoofed.correlationId,
    });
    expect(executed?.source.userId).toBeUndefined();
  });
});

describe('a parked run in the data of the Temporal UI', () => {
  let runId: string;

  beforeAll(async () => {
    void shop.call('waiter', { body: { orderId: 7 } }).catch(() => undefined);
    const [pending] = await shop.until('runtime.waits.pending');
    const described = JSON.parse(
      await eventually('the run is listed', async () => {
        const list = await product.temporal('workflow', 'list', '--output', 'json', '--query', "WorkspaceId = 'shop'");
        return list.includes('"waiter"') && list;
      }),
    ) as { execution: { workflowId: string }; type: { name: string } }[];
    expect(described).toHaveLength(1);
    runId = described[0]?.execution.workflowId ?? '';
    expect(pending?.source.correlationId).toMatch(/^[0-9a-f]{32}$/);
  }, 30_000);

  it('has the slug as its type and its key as its id', async () => {
    const { workflowExecutionInfo: info } = JSON.parse(
      await product.temporal('workflow', 'describe', '--workflow-id', runId, '--output', 'json'),
    ) as { workflowExecutionInfo: { type: { name: string }; execution: { workflowId: string } } };
    expect(info.type.name).toBe('waiter');
    expect(info.execution.workflowId).toMatch(/^shop\/waiter\/[0-9A-HJKMNP-TV-Z]{26}$/);
  });

  // Names in back quotes: TRIGGER is a word of SQL.
  it.each([
    ['WorkspaceId', 'shop'],
    ['Automation', 'waiter'],
    ['Trigger', 'endpoint:waiter'],
  ])('is found by %s', async (name, value) => {
    const client = await product.temporalClient();
    const found: string[] = [];
    for await (const { workflowId } of client.workflow.list({
      query: `\`${name}\` = '${value}' AND WorkspaceId = 'shop'`,
    }))
      found.push(workflowId);
    expect(found).toEqual([runId]);
  });

  it('has all search attributes that it should', async () => {
    const client = await product.temporalClient();
    const { searchAttributes } = await client.workflow.getHandle(runId).describe();
    expect(Object.keys(searchAttributes)).toEqual(
      expect.arrayContaining(['WorkspaceId', 'Automation', 'CorrelationId', 'Trigger', 'Release']),
    );
    expect(searchAttributes.Release).toEqual([expect.stringMatching(/^r:[0-9a-f]+/)]);
  });

  it('says in one sentence why it waits', async () => {
    const metadata = await product.temporal('workflow', 'metadata', '--workflow-id', runId, '--output', 'json');
    expect(metadata).toMatch(/order\.paid/);
    expect(metadata).toMatch(/payload\.id/);
    expect(metadata).toMatch(/\b7\b/);
  });

  it('holds digests, not programs: nothing of a branch not taken is in its history', async () => {
    const history = await product.temporal('workflow', 'show', '--workflow-id', runId, '--output', 'json');
    const decoded =
      history + [...history.matchAll(/"data":\s*"([^"]+)"/g)].map(([, data]) => fromBase64(data)).join('\n');
    expect(decoded).toContain('r:');
    expect(decoded).not.toContain('literal-of-a-branch-not-taken');
    expect(decoded).not.toContain('never.taken');
    expect(decoded).not.toContain('secretOfTheOtherBranch');
  });

  it('wakes for its own event only, and answers', async () => {
    await shop.emit('order.paid', { id: 6 });
    await shop.emit('order.paid', { id: 7 });
    const client = await product.temporalClient();
    await expect(client.workflow.getHandle(runId).result()).resolves.toMatchObject({
      status: 200,
      output: { paid: 7 },
    });
  });
});

it('serves health and metrics', async () => {
  expect(await (await fetch(`${product.url}/sys/healthcheck`)).json()).toEqual({ healthy: true });
  const metrics = await (await fetch(`${product.url}/metrics`)).text();
  expect(metrics).toContain('http_request_duration_seconds_bucket');
  expect(metrics).toContain('/v2/workspaces/{workspaceId}/webhooks/{endpoint}');
});

const fromBase64 = (data: string | undefined): string => Buffer.from(data ?? '', 'base64').toString('utf8');
