/**
 * What an event costs by the number of subscriptions that it does not match: the hub alone with up to 10,000 distinct
 * filters, then the whole product with 100 and 1,000 websockets, each with a filter of its own. See README.md.
 *
 *   node bench/live-matching.mjs [--quick] [--assert]
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { emit, startSubscribers } from './harness/live-load.mjs';
import { watch } from './harness/process-stats.mjs';
import { options, runBenchmark } from './harness/run.mjs';
import { root, startProduct } from './harness/sides.mjs';
import { round } from './harness/statistics.mjs';

/** For what is on its way to the websockets. */
const UNDER_WAY_MS = 1_000;
const args = options();
const { Hub, interestOf } = await import(join(root, 'dist', 'api', 'events', 'live', 'hub.js'));

await runBenchmark(async (folder) => {
  const hub = await hubRows([100, 1_000, 10_000]);
  console.table(hub);
  const sockets = await socketRows(folder, args.quick ? [10, 50] : [100, 1_000]);
  console.table(sockets);
  const ratio = hub[2]['µs/event'] / hub[0]['µs/event'];
  const cpu = sockets[1]['CPU ms/event'] / sockets[0]['CPU ms/event'];
  console.log(
    `10,000 filters / 100: ${round(ratio)}; ${sockets[1].sockets} sockets / ${sockets[0].sockets}: ${round(cpu)}`,
  );
  return [
    ...(ratio < 2 ? [] : [`10,000 filters cost ${round(ratio)} times what 100 cost`]),
    ...(cpu < 2 ? [] : [`${sockets[1].sockets} websockets cost ${round(cpu)} times what ${sockets[0].sockets} cost`]),
  ];
});

/** Best of three, in turns: the first one also warms up what the others find warm. */
async function hubRows(counts) {
  const best = counts.map(() => Infinity);
  for (let turn = 0; turn < 3; turn++)
    for (const [n, filters] of counts.entries()) best[n] = Math.min(best[n], await hubMicroseconds(filters));
  return counts.map((filters, n) => ({ filters, 'µs/event': round(best[n]) }));
}

/** Each event matches one of the first hundred filters, however many others there are. */
async function hubMicroseconds(filters) {
  let hand;
  const feed = { follow: (listener) => ((hand = listener), { position: '0', stop: async () => undefined }) };
  const hub = new Hub({ feed, log: console, topicsJoined: async () => undefined });
  let delivered = 0;
  const sink = { send: () => void delivered++ };
  const channel = { send: (logged, sinks) => sinks.forEach((one) => one.send(logged)) };
  const reader = () => ({ role: 'owner', topics: new Set() });
  for (let n = 0; n < filters; n++) {
    const filter = n % 2 ? { types: [`type-${n}`] } : { payloadQuery: [{ 'payload.id': [`${n}`] }] };
    const interest = interestOf({ workspaceId: 'bench', filter, reader, socketId: () => null });
    hub.add({ interest, sink, channel, after: '0' });
  }
  const events = Array.from({ length: 20_000 }, (_, n) => ({
    position: String(n + 1).padStart(16, '0'),
    event: { id: `${n}`, type: 'tick', payload: { id: 2 * (n % 50) }, source: { workspaceId: 'bench' } },
  }));
  let best = Infinity;
  for (let round = 0; round < 10; round++) {
    delivered = 0;
    const began = performance.now();
    await hand(events);
    best = Math.min(best, (1000 * (performance.now() - began)) / events.length);
    if (delivered !== events.length) throw new Error(`${delivered} of ${events.length} were delivered`);
  }
  return best;
}

async function socketRows(folder, counts) {
  const product = await startProduct({ folder, workspace: 'bench/workspaces/live' });
  const ask = startSubscribers();
  const auth = { authorization: product.headers.authorization };
  const load = { rate: 100, seconds: args.quick ? 2 : 10 };
  const rows = [];
  for (const count of counts) {
    await ask('open', { url: product.events, auth, count, distinct: true });
    await emit(product, { ...load, seconds: 2, idOf: (n) => n % count });
    await sleep(UNDER_WAY_MS);
    await ask('reset');
    const stop = watch({ node: product.pid });
    const { sent } = await emit(product, { ...load, idOf: (n) => n % count });
    const { node } = stop();
    await sleep(UNDER_WAY_MS);
    const { received, delays } = await ask('report');
    rows.push({
      ...{ sockets: count, sent, received },
      'CPU ms/event': round((1000 * node.cpuSeconds) / sent),
      'p50 ms': round(delays.p50),
      'p99 ms': round(delays.p99),
    });
  }
  return rows;
}
