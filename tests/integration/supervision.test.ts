/** What operators see and change of a running product. */
import { existsSync } from 'node:fs';
import { Api } from '../../client/src';
import { eventually } from '../support/eventually';
import { OWNER_TOKEN, startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';
import { send } from '../support/workspace-client';

jest.setTimeout(120_000);

const KEY = 'key-of-internal-calls';
const answers = `
name: Answers
do: []
when: { endpoint: true }
output: { said: '{{body.say}}' }
`;
const folder = servedFolder({ shop: { answers } });
let product: Product;
const opened: (() => void)[] = [];

beforeAll(async () => {
  product = await startProduct(folder.path, { INTERNAL_API_KEY: KEY });
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

type Line = { level: string; message: string; timestamp: string; [name: string]: unknown };
const lines = (): Line[] =>
  product
    .output()
    .split('\n')
    .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Line] : []));

const withKey = { 'x-prismeai-api-key': KEY };
const level = (wanted: unknown, headers: { readonly [name: string]: string } = withKey) =>
  send(`${product.url}/sys/logging`, { method: 'PUT', headers, body: { level: wanted as string } });

it('writes one JSON line for each request, with who, where and under which correlation id', async () => {
  const url = `${product.url}/v2/workspaces/shop/events`;
  const { correlationId } = await send(url, {
    method: 'GET',
    headers: { authorization: `Bearer ${OWNER_TOKEN}` },
    query: { text: 'a-secret-of-the-query' },
  });
  const line = await eventually('the line is there', () =>
    lines().find((one) => one['correlationId'] === correlationId),
  );
  expect(line).toMatchObject({
    ...{ level: 'info', app: 'ostinato', message: 'request', correlationId, userId: 'owner', workspaceId: 'shop' },
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    http: {
      method: 'GET',
      path: '/v2/workspaces/shop/events',
      responseCode: 200,
      responseDuration: expect.any(Number),
    },
  });
  expect(JSON.stringify(line)).not.toContain('a-secret-of-the-query');
});

it('changes the level of the log while it runs', async () => {
  const requests = () => lines().filter(({ message }) => message === 'request').length;
  expect((await level('error')).body).toEqual({ msg: 'The log level is error now' });
  const before = requests();
  await product.workspace('shop').call('answers');
  expect((await level('info')).status).toBe(200);
  await product.workspace('shop').call('answers');
  await eventually('it logs again', () => requests() > before);
  // That one, and the change itself at most: nothing of the silent time.
  expect(requests() - before).toBeLessThanOrEqual(2);
  for (const wrong of ['loud', undefined, 3]) {
    const answer = await level(wrong);
    expect([wrong, answer.status, answer.body]).toEqual([wrong, 400, { error: 'Missing or invalid level' }]);
  }
});

it('asks for the key', async () => {
  const wrong: { readonly [name: string]: string }[] = [
    {},
    { 'x-prismeai-api-key': 'another' },
    { authorization: `Bearer ${OWNER_TOKEN}` },
  ];
  for (const headers of wrong) {
    expect((await level('error', headers)).status).toBe(403);
    const dump = await send(`${product.url}/sys/heapdump`, { method: 'GET', headers });
    expect(dump).toMatchObject({ status: 403, body: { error: 'ForbiddenError' } });
  }
});

it('writes a heap dump, one a minute at most', async () => {
  const dump = () => send(`${product.url}/sys/heapdump`, { method: 'GET', headers: withKey });
  const { status, body } = await dump();
  const { file } = body as unknown as { file: string };
  expect([status, file.startsWith(product.dataDir), existsSync(file)]).toEqual([200, true, true]);
  expect(await dump()).toMatchObject({ status: 429, headers: { 'retry-after': expect.any(String) } });
});

const metrics = async (): Promise<string> => {
  const answer = await fetch(`${product.url}/metrics`, { headers: { authorization: `Bearer ${KEY}` } });
  expect(answer.status).toBe(200);
  return answer.text();
};

it('shows metrics to who has the key, where one is set', async () => {
  for (const authorization of ['', 'Bearer another', `Bearer ${OWNER_TOKEN}`])
    expect((await fetch(`${product.url}/metrics`, { headers: { authorization } })).status).toBe(403);
});

it('counts requests under their templates, and runs by workspace and status', async () => {
  await product.workspace('shop').call('answers');
  await eventually('the run is counted', async () => {
    const text = await metrics();
    return /^ostinato_runs\{workspace="shop",status="done"\} [1-9]/m.test(text) && text;
  });
  const text = await metrics();
  for (const name of [
    'ostinato_run_notes_pending',
    'events_pending',
    'socket_io_connected',
    'process_cpu_seconds_total',
  ])
    expect(text).toContain(name);
  expect(text).toMatch(
    /http_request_duration_seconds_count\{status_code="200",path="\/v2\/workspaces\/\{workspaceId\}/,
  );
});

/** What every installation shows, by the names that dashboards know. */
const NAMES: readonly [name: string, kind: string, labels: readonly string[]][] = [
  ['http_request_duration_seconds', 'histogram', ['status_code', 'path', 'method']],
  ['events_pending', 'gauge', ['event', 'consumer']],
  ['events_process_duration', 'histogram', ['consumer', 'workspace', 'producer', 'serviceTopic']],
  ['events_pickup_delay', 'histogram', ['consumer', 'workspace', 'producer', 'serviceTopic']],
  ['events_size', 'histogram', ['consumer', 'workspace', 'producer', 'serviceTopic']],
  ['socket_io_connected', 'gauge', []],
  ['socket_io_connect_total', 'counter', []],
  ['socket_io_disconnect_total', 'counter', []],
  ['socket_io_events_received_total', 'counter', []],
  ['socket_io_events_sent_total', 'counter', []],
  ['socket_io_receive_bytes', 'counter', []],
  ['socket_io_transmit_bytes', 'counter', []],
  ['socket_io_connection_duration', 'histogram', []],
  ['subscriptions_total', 'gauge', []],
  ['subscriptions_workspaces_total', 'gauge', []],
  ['process_cpu_seconds_total', 'counter', []],
  ['process_resident_memory_bytes', 'gauge', []],
  ['nodejs_eventloop_lag_seconds', 'gauge', []],
];

const CONSUMERS = ['history', 'live', 'triggers', 'waits'];
const emittedTo = (consumer: string): string =>
  `\\{consumer="${consumer}",workspace="shop",producer="\\w*",serviceTopic="topic:runtime:emit"\\}`;

describe('after some traffic', () => {
  let text = '';
  const value = (name: string, labels = ''): number =>
    Number(new RegExp(`^${name}${labels} (\\S+)$`, 'm').exec(text)?.[1] ?? NaN);
  beforeAll(async () => {
    const api = new Api({ host: `${product.url}/v2`, token: OWNER_TOKEN });
    for (const n of [1, 2]) {
      const stream = api.streamEvents('shop', { types: ['seen'] });
      await stream.ready();
      const came = new Promise<void>((resolve) => void stream.once('seen', () => resolve()));
      await stream.emit('seen', { n });
      await came;
      if (n === 2) stream.destroy();
      else opened.push(() => stream.destroy());
    }
    text = await eventually('the events are measured', async () => {
      text = await metrics();
      const all = CONSUMERS.every((consumer) => value('events_process_duration_count', emittedTo(consumer)) >= 2);
      return all && value('socket_io_disconnect_total') > 0 && text;
    });
  });
  afterAll(() => opened.splice(0).forEach((end) => end()));

  it.each(NAMES)('shows %s', (name, kind, labels) => {
    expect(text).toContain(`# TYPE ${name} ${kind}\n`);
    const line = new RegExp(`^${name}(?:_count)?(?:\\{(.*)\\})? \\S+$`, 'm').exec(text);
    expect(line).not.toBeNull();
    const named = [...(line?.[1] ?? '').matchAll(/(\w+)="/g)].map(([, label]) => label ?? '');
    expect(named).toEqual(expect.arrayContaining([...labels]));
  });

  it('counts what has happened', () => {
    for (const consumer of CONSUMERS)
      for (const name of ['events_process_duration', 'events_pickup_delay', 'events_size'])
        expect(value(`${name}_count`, emittedTo(consumer))).toBe(2);
    expect(value('events_size_sum', emittedTo('live'))).toBeGreaterThan(200);
    expect(value('socket_io_connected')).toBe(1);
    expect(value('socket_io_connect_total')).toBe(2);
    expect(value('socket_io_disconnect_total')).toBe(1);
    expect(value('socket_io_connection_duration_count')).toBe(1);
    expect(value('socket_io_events_received_total')).toBe(2);
    // The second event went to both.
    expect(value('socket_io_events_sent_total')).toBe(3);
    expect(value('socket_io_receive_bytes')).toBeGreaterThan(100);
    expect(value('socket_io_transmit_bytes')).toBeGreaterThan(value('socket_io_receive_bytes'));
    expect(value('subscriptions_workspaces_total')).toBe(1);
  });
});

it('is healthy, and says so to everybody', async () => {
  expect(await send(`${product.url}/sys/healthcheck`, { method: 'GET' })).toMatchObject({
    status: 200,
    body: { healthy: true },
  });
});
