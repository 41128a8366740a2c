/** Runs over HTTP: listed, explained, traced, cancelled, ended, started again; and the list is that of the engine. */
import type { JsonObject } from '../../shared/core/json';
import { eventually } from '../support/eventually';
import { OWNER_TOKEN, startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';
import { send, type Answer, type CallOptions } from '../support/workspace-client';

jest.setTimeout(180_000);

const parks = `
name: Parks
when: { events: [park] }
do:
  - wait: { oneOf: [{ event: go.on, filters: { payload.n: '{{payload.n}}' } }], timeout: 3600, output: w }
  - emit: { event: went.on, payload: { n: '{{payload.n}}' } }
output: { by: '{{w.payload.by}}' }
`;
const answers = `
name: Answers
do: []
when: { endpoint: true }
output: { said: '{{body.say}}' }
`;
const fails = `
name: Fails
when: { endpoint: true }
do:
  - set: { name: a, value: 1 }
  - delete: { name: 'body..{{body.rest}}' }
`;

const users = {
  ed: { token: 'token-of-ed', roles: { shop: 'editor' } },
  guest: { token: 'token-of-guest', roles: { shop: 'visitor' } },
};

const folder = servedFolder({ shop: { parks, answers, fails } });
let product: Product;
const asOwner = { authorization: `Bearer ${OWNER_TOKEN}` };

beforeAll(async () => {
  product = await startProduct(folder.path, {
    OSTINATO_RECONCILE_RUNS: '1',
    OSTINATO_USERS: JSON.stringify(users),
  });
}, 180_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 180_000);

const runs = (path = '', options: CallOptions = {}): Promise<Answer> =>
  send(`${product.url}/v2/workspaces/shop/runs${path}`, { method: 'GET', headers: asOwner, ...options });
const one = (id: string, more = '') => runs(`/${encodeURIComponent(id)}${more}`);
const act = (id: string, body: JsonObject, headers: { readonly [name: string]: string } = asOwner) =>
  runs(`/${encodeURIComponent(id)}/actions`, { method: 'POST', body, headers });

type Row = JsonObject & { id: string; status: string };
const listed = async (query: CallOptions['query'] = {}): Promise<Row[]> => {
  const answer = await runs('', { query: { limit: '500', ...query } });
  expect(answer.status).toBe(200);
  return (answer.body as unknown as { items: Row[] }).items;
};
const until = (what: string, count: number, query: CallOptions['query']) =>
  eventually(what, async () => {
    const rows = await listed(query);
    return rows.length >= count && rows;
  });
/** What the engine lists, by the names that we show. */
async function engineList(): Promise<{ [run: string]: string }> {
  const { workflow } = await product.temporalClient();
  const names: { [status: string]: string } = { COMPLETED: 'done', FAILED: 'failed', CANCELLED: 'cancelled' };
  const found: { [run: string]: string } = {};
  for await (const { workflowId, status } of workflow.list({ query: "WorkspaceId = 'shop'" }))
    found[workflowId] = names[status.name] ?? status.name.toLowerCase();
  return found;
}
async function ourList(): Promise<{ [run: string]: string }> {
  const found: { [run: string]: string } = {};
  for (let cursor: string | undefined; ;) {
    const { body } = await runs('', { query: { limit: '200', ...(cursor !== undefined && { cursor }) } });
    const { items, next } = body as unknown as { items: Row[]; next?: string };
    for (const { id, status } of items) found[id] = status === 'waiting' ? 'running' : status;
    if (next === undefined) return found;
    cursor = next;
  }
}

it('says of a run what came in, what went out, and where it stands with the engine', async () => {
  const { runId } = await product.workspace('shop').call('answers', { body: { say: 'hello' } });
  await until('the run is listed', 1, { automation: 'answers' });
  const { status, body } = await one(runId);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    id: runId,
    automation: 'answers',
    status: 'done',
    trigger: { type: 'endpoint', value: 'answers' },
    depth: 0,
    waitCount: 0,
    input: { body: { say: 'hello' }, method: 'POST' },
    output: { said: 'hello' },
    waits: [],
    engine: { workflowId: runId, historyEvents: expect.any(Number), historyBytes: expect.any(Number) },
    links: { temporalUi: expect.stringContaining(encodeURIComponent(runId)) },
  });
});

it('takes several values of a filter as people write them, without encoding', async () => {
  await until('the run is listed', 1, { automation: 'answers' });
  const { status, body } = await runs('?status=done,failed&automation=answers,a/b&error=');
  expect(status).toBe(200);
  expect((body as unknown as { items: Row[] }).items.map(({ automation }) => automation)).toContain('answers');
});

it('says in one sentence why a run waits, and where in the text', async () => {
  await product.workspace('shop').emit('park', { n: 7 });
  const [row] = await until('it waits', 1, { status: 'waiting', waitsFor: 'go.on' });
  expect(row).toMatchObject({
    status: 'waiting',
    trigger: { type: 'event', value: 'park', eventId: expect.any(String) },
    waitCount: 1,
    wait: {
      kind: 'event',
      at: { automation: 'parks', line: 5 },
      events: [{ type: 'go.on', filters: { 'payload.n': 7 } }],
      sentence: expect.stringContaining('waits for `go.on` where payload.n = 7'),
    },
  });
  // The same text as in the engine's own page of the run.
  const { workflow } = await product.temporalClient();
  const details = await workflow
    .getHandle(row?.id ?? '')
    .query<{ currentDetails?: string }>('__temporal_workflow_metadata');
  expect(details.currentDetails).toBe((row?.['wait'] as unknown as { sentence: string }).sentence);
  const { body } = await one(row?.id ?? '');
  expect(body).toMatchObject({ waits: [{ kind: 'event' }], input: { payload: { n: 7 } } });
  await product.workspace('shop').emit('go.on', { n: 7, by: 'ada' });
  await until('it is done', 1, { automation: 'parks', status: 'done' });
  expect((await one(row?.id ?? '')).body).toMatchObject({ status: 'done', output: { by: 'ada' }, waits: [] });
});

it('filters, pages, and refuses what makes no sense', async () => {
  const shop = product.workspace('shop');
  const { correlationId, runId } = await shop.call('answers', { body: { say: 'found' } });
  expect(await until('it is found', 1, { correlationId })).toMatchObject([{ id: runId }]);
  expect(await listed({ correlationId, status: ['failed', 'waiting'] })).toEqual([]);
  expect(await listed({ trigger: 'endpoint:answers', correlationId, startedFrom: '2020-01-01' })).toHaveLength(1);
  expect(await listed({ correlationId, startedTo: '2020-01-01' })).toEqual([]);
  for (let n = 0; n < 5; n++) await shop.call('answers', { body: { say: n } });
  await until('all are listed', 7, { automation: 'answers' });
  const first = await runs('', { query: { automation: 'answers', limit: '3' } });
  const { items, next, total } = first.body as unknown as { items: Row[]; next: string; total: object };
  expect([items.length, total]).toEqual([3, { value: 7, relation: 'eq' }]);
  const second = await runs('', { query: { automation: 'answers', limit: '3', cursor: next } });
  const ids = [...items, ...(second.body as unknown as { items: Row[] }).items].map(({ id }) => id);
  expect(new Set(ids).size).toBe(6);
  const queries: { readonly [name: string]: string }[] = [
    { status: 'gone' },
    { limit: '501' },
    { cursor: 'nonsense' },
    { cursor: next, sort: 'waiting' },
    { startedFrom: 'yesterday' },
    { sort: 'name' },
  ];
  for (const query of queries) expect([query, (await runs('', { query })).status]).toEqual([query, 400]);
});

it('cancels: the run closes its waits and ends, and who did it why is told', async () => {
  await product.workspace('shop').emit('park', { n: 8 });
  const [row] = await until('it waits', 1, { status: 'waiting', waitsFor: 'go.on' });
  const id = row?.id ?? '';
  expect((await act(id, { action: 'cancel', reason: 'a test', ifStatus: 'done' })).body).toMatchObject({
    error: 'ConflictError',
  });
  const answer = await act(id, { action: 'cancel', reason: 'a test' });
  expect(answer).toMatchObject({ status: 200, body: { run: { id, status: 'cancelled' } } });
  expect((await act(id, { action: 'cancel', reason: 'again' })).status).toBe(409);
  const [told] = await product.workspace('shop').until('runtime.operations.performed', { 'payload.run': id });
  expect(told).toMatchObject({
    payload: { action: 'cancel', reason: 'a test', automation: 'parks', before: 'waiting' },
    source: { userId: 'owner' },
  });
});

it('terminates at once, and starts again with the same input', async () => {
  await product.workspace('shop').emit('park', { n: 9 });
  const [row] = await until('it waits', 1, { status: 'waiting', waitsFor: 'go.on' });
  const id = row?.id ?? '';
  const ended = await act(id, { action: 'terminate', reason: 'stuck' });
  expect(ended.body).toMatchObject({
    run: { status: 'terminated', waitCount: 0, error: { error: 'RunTerminated', message: 'stuck' } },
  });
  const again = await act(id, { action: 'restart', reason: 'once more' });
  expect(again.status).toBe(200);
  const { run } = again.body as unknown as { run: Row };
  expect(run.id).not.toBe(id);
  await until('the new run waits', 1, { status: 'waiting', waitsFor: 'go.on' });
  expect((await one(run.id)).body).toMatchObject({ input: { payload: { n: 9 } }, trigger: { value: 'park' } });
  await product.workspace('shop').emit('go.on', { n: 9, by: 'me' });
  await until('it is done', 1, { automation: 'parks', status: 'done', correlationId: String(run['correlationId']) });
  // The first one is over: nothing has woken it.
  expect((await one(id)).body).toMatchObject({ status: 'terminated' });
});

it('shows the trace line by line, and its values to those who may inspect', async () => {
  const { runId } = await product.workspace('shop').call('answers', { body: { say: 'traced' } });
  await until('it is listed', 1, { automation: 'answers' });
  const whole = await eventually('the trace is there', async () => {
    const answer = await one(runId, '/trace');
    return answer.status === 200 && answer;
  });
  expect(whole.headers['content-type']).toContain('application/x-ndjson');
  const lines = String(whole.body).trimEnd().split('\n');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ v: 1, run: runId, turns: [{ n: 0 }] });
  expect(whole.body).toContain('traced');
});

it('is for those who work on the workspace', async () => {
  const { runId } = await product.workspace('shop').call('answers', { body: { say: 'mine' } });
  await eventually('it is listed', async () => (await one(runId)).status === 200);
  const as = (who: keyof typeof users) => ({ authorization: `Bearer ${users[who].token}` });
  const path = `/${encodeURIComponent(runId)}`;
  for (const more of ['', path, `${path}/trace`]) {
    expect([more, (await runs(more, { headers: as('ed') })).status]).toEqual([more, 200]);
    expect([more, (await runs(more, { headers: as('guest') })).status]).toEqual([more, 403]);
    expect([more, (await runs(more, { headers: {} })).status]).toEqual([more, 403]);
  }
  const wish = { action: 'restart', reason: 'because' };
  expect((await act(runId, wish, as('guest'))).status).toBe(403);
  expect((await act(runId, wish, as('ed'))).status).toBe(200);
  expect((await runs('/shop%2Fanswers%2Fnone')).status).toBe(404);
  const elsewhere = `${product.url}/v2/workspaces/other/runs`;
  expect((await send(elsewhere, { method: 'GET', headers: asOwner })).status).toBe(404);
  const bodies: JsonObject[] = [{}, { action: 'explode', reason: 'x' }, { action: 'cancel' }, { ...wish, by: 'me' }];
  for (const body of bodies) expect([body, (await act(runId, body)).status]).toEqual([body, 400]);
});

it('says where in the text a run has failed', async () => {
  await product.workspace('shop').call('fails', { body: { rest: 'a' } });
  expect(await until('it is listed', 1, { error: 'InvalidInstructionError' })).toMatchObject([
    { status: 'failed', error: { message: 'Invalid delete instruction', automation: 'fails', line: 6 } },
  ]);
});

it('is the same list as the engine has, after a kill in the middle of 500 runs', async () => {
  const shop = product.workspace('shop');
  let sent = 0;
  let killed = false;
  const caller = async (): Promise<void> => {
    for (let n = sent++; n < 500; n = sent++) {
      if (n === 250 && !killed) {
        killed = true;
        await product.kill9();
      }
      await (n % 5 === 0 ? shop.emit('park', { n: 1000 + n }) : shop.call('answers', { body: { say: n } })).catch(
        () => undefined,
      );
    }
  };
  await Promise.all(Array.from({ length: 20 }, caller));
  await product.restart();
  // Somebody ends one past us, and the other one is on its way: the comparison tells the list.
  const [parked] = await until('runs are parked', 10, { status: 'waiting' });
  await (await product.temporalClient()).workflow.getHandle(parked?.id ?? '').terminate('in the UI');
  await eventually(
    'both lists are equal',
    async () => {
      const [ours, engines] = [await ourList(), await engineList()];
      return Object.keys(engines).length > 100 && JSON.stringify(sorted(ours)) === JSON.stringify(sorted(engines));
    },
    { withinMs: 90_000, everyMs: 500 },
  );
  expect((await one(parked?.id ?? '')).body).toMatchObject({ status: 'terminated' });
});

const sorted = (list: { [run: string]: string }) => Object.entries(list).sort(([a], [b]) => (a < b ? -1 : 1));
