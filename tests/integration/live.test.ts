/**
 * Live events through the whole product and its client.
 *
 * The first test in large: `npm run resume-check [-- EVENTS [KILLS]]` (RESUME_EVENTS, RESUME_KILLS).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Api, type Events, type PlatformEvent, type Search } from '../../client/src';
import { eventually } from '../support/eventually';
import { startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';

const EVENTS = Number(process.env['RESUME_EVENTS'] ?? 1_000);
const KILLS = Number(process.env['RESUME_KILLS'] ?? 2);
const LANES = 20;

jest.setTimeout(120_000 + 60_000 * KILLS + 100 * EVENTS);

const counting = `
name: Counts the visits of a socket
when: { events: [visit] }
do:
  - set: { name: socket.visits, type: push, value: '{{payload.n}}' }
  - emit: { event: visited, payload: { visits: '{{socket.visits}}' } }
`;
const folder = servedFolder({ live: {}, visits: { counting } });
let product: Product;
const owner = (): Api => new Api({ host: `${product.url}/v2`, token: 'owner-of-the-tests' });

beforeAll(async () => {
  product = await startProduct(folder.path);
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

interface Tick {
  readonly id: string;
  readonly lane: string;
  readonly seq: number;
}
const tickOf = ({ id, source, payload }: PlatformEvent): Tick => ({
  id,
  lane: source.correlationId,
  seq: Number(payload?.['seq']),
});

/** What is wrong with what somebody has seen. */
function judge(seen: readonly Tick[], acknowledged: ReadonlySet<string>) {
  const ids = new Set(seen.map(({ id }) => id));
  const last = new Map<string, number>();
  let outOfOrder = 0;
  for (const { lane, seq } of seen) {
    if (seq <= (last.get(lane) ?? -1)) outOfOrder++;
    last.set(lane, Math.max(seq, last.get(lane) ?? -1));
  }
  return { lost: [...acknowledged].filter((id) => !ids.has(id)).length, doubled: seen.length - ids.size, outOfOrder };
}

describe('subscribers of an emitter, everything killed on the way', () => {
  const seen: { [subscriber: string]: Tick[] } = {};
  const streams: Events[] = [];
  let polling = true;
  afterAll(() => {
    polling = false;
    for (const stream of streams) stream.destroy();
  });

  function subscribe(name: string, stream: Events): Promise<void> {
    const ticks: Tick[] = (seen[name] = []);
    stream.on('tick', (event) => ticks.push(tickOf(event)));
    streams.push(stream);
    return stream.ready();
  }

  async function poll(name: string): Promise<void> {
    const ticks: Tick[] = (seen[name] = []);
    let { cursor } = await owner().waitForEvents('live', { wait: 0 });
    void (async () => {
      while (polling)
        try {
          const page = await owner().waitForEvents('live', { types: ['tick'], wait: 5, afterId: cursor });
          ticks.push(...page.events.map(tickOf));
          cursor = page.cursor;
        } catch {
          await sleep(100); // Killed: asked again, from the same place.
        }
    })();
  }

  it(`see each of ${EVENTS} acknowledged events once and in order after ${KILLS} kills`, async () => {
    const polls = new Api({
      host: `${product.url}/v2`,
      token: 'owner-of-the-tests',
      websockets: { transports: ['polling'] },
    });
    await Promise.all([
      ...['a websocket', 'another one'].map((name) => subscribe(name, owner().streamEvents('live'))),
      subscribe('a filter', owner().streamEvents('live', { types: ['tick'], payloadQuery: { 'payload.of': 'all' } })),
      subscribe('polling', polls.streamEvents('live', { types: ['tick'] })),
      poll('held requests'),
    ]);
    const acknowledged = new Set<string>();
    let isUp = true;
    const kills = Array.from({ length: KILLS }, (_, n) => Math.floor(((n + 1) * EVENTS) / (KILLS + 1)));
    const emitter = async (lane: string): Promise<void> => {
      for (let seq = 0; acknowledged.size < EVENTS; seq++) {
        if (acknowledged.size >= (kills[0] ?? Infinity)) {
          kills.shift();
          isUp = false;
          await product.kill9();
          await sleep(200);
          await product.restart();
          isUp = true;
        }
        while (!isUp) await sleep(50);
        // Not answered: stored or not, nobody knows. The next one has another number.
        const id = await post(lane, seq).catch(() => undefined);
        if (id !== undefined) acknowledged.add(id);
      }
    };
    await Promise.all(Array.from({ length: LANES }, (_, n) => emitter(`lane-${n}`)));

    const history = await eventually('the history has all', async () => {
      const events = await storedTicks();
      return events.length >= acknowledged.size && events;
    });
    await eventually('all have seen all', () => Object.values(seen).every((ticks) => ticks.length >= history.length), {
      withinMs: 60_000,
    }).catch(() => undefined); // Judged below, with numbers.
    const stored = history.map(tickOf);
    const results = Object.entries({ 'the history': stored, ...seen }).map(([who, ticks]) => ({
      who,
      events: ticks.length,
      ...judge(ticks, acknowledged),
    }));
    if (process.env['RESUME_EVENTS']) console.table(results);
    const all = { events: stored.length, lost: 0, doubled: 0, outOfOrder: 0 };
    expect(results).toEqual(results.map(({ who }) => ({ who, ...all })));
  });

  /** By search: pages of GET events end at event 10,000. Oldest first; within one moment, as in the log. */
  async function storedTicks(): Promise<readonly PlatformEvent[]> {
    const found: PlatformEvent[] = [];
    for (let after: Pick<Search, 'search_after'> = {}; ;) {
      const { documents, searchAfter } = await owner().search('live', {
        ...{ query: { term: { type: 'tick' } }, sort: { createdAt: 'asc' }, limit: 500, track_total_hits: false },
        ...after,
      });
      found.push(...(documents as readonly PlatformEvent[]));
      if (documents.length < 500) return found;
      after = { search_after: searchAfter };
    }
  }

  async function post(lane: string, seq: number): Promise<string> {
    const response = await fetch(`${product.url}/v2/workspaces/live/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-correlation-id': lane },
      body: JSON.stringify({ events: [{ type: 'tick', payload: { seq, of: 'all' } }] }),
    });
    const [event] = (await response.json()) as readonly PlatformEvent[];
    if (response.status !== 200 || !event) throw new Error(`answered ${response.status}`);
    return event.id;
  }
});

it('keeps a context for each socket, which comes back with its id', async () => {
  const filters = { types: ['visited'], payloadQuery: { 'source.sessionId': 'owner' } };
  const open = async (reuseSocketId?: string) => {
    const stream = owner().streamEvents('visits', filters, { reuseSocketId });
    const visits: unknown[] = [];
    stream.on('visited', ({ payload }) => visits.push(payload?.['visits']));
    await stream.ready();
    return { stream, visits };
  };
  const [one, other] = [await open(), await open()];
  await one.stream.emit('visit', { n: 1 });
  await eventually('one is answered', () => one.visits.length === 1);
  await other.stream.emit('visit', { n: 2 });
  await eventually('the other is answered', () => other.visits.length === 1);
  const id = one.stream.socketId;
  one.stream.destroy();
  await product.restart();
  const again = await open(id);
  await again.stream.emit('visit', { n: 3 });
  await eventually('it is answered again', () => again.visits.length === 1);
  expect([one.visits, other.visits, again.visits]).toEqual([[[1]], [[2]], [[1, 3]]]);
  other.stream.destroy();
  again.stream.destroy();
});
