/**
 * Delay from `POST events` to websocket subscribers: the product against bare Socket.IO that broadcasts the same, in
 * alternating turns. See README.md.
 *
 *   node bench/live.mjs [--quick] [--assert] [--json] [--rates 50,200,1000] [--subscribers 1,100,1000] [--seconds 10] [--pairs 3]
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { emit, startSubscribers } from './harness/live-load.mjs';
import { watch } from './harness/process-stats.mjs';
import { freePorts, startNode } from './harness/processes.mjs';
import { options, runBenchmark } from './harness/run.mjs';
import { root, startProduct } from './harness/sides.mjs';
import { medianOf, pairedRatio, round } from './harness/statistics.mjs';

const args = options({
  rates: { type: 'string' },
  subscribers: { type: 'string' },
  seconds: { type: 'string' },
  pairs: { type: 'string' },
});
const numbers = (text) => text.split(',').map(Number);
const rates = numbers(args.rates ?? (args.quick ? '50' : '50,200,1000'));
const counts = numbers(args.subscribers ?? (args.quick ? '1,20' : '1,100,1000'));
const seconds = Number(args.seconds ?? (args.quick ? 2 : 10));
const pairs = Number(args.pairs ?? (args.quick ? 1 : 3));
/** Slower than this, or fewer than that, and it does not keep up. */
const SATURATED_MS = 1_000;
const SATURATED_SHARE = 0.99;

await runBenchmark(async (folder) => {
  const sides = { product: await startProductSide(folder), baseline: await startBaselineSide() };
  const rows = [];
  for (const subscribers of counts)
    for (const rate of rates) {
      const taken = { product: [], baseline: [] };
      for (let pair = 0; pair < pairs; pair++)
        for (const name of pair % 2 ? ['baseline', 'product'] : ['product', 'baseline'])
          taken[name].push(await measure(sides[name], { subscribers, rate }));
      if (args.json) console.log(JSON.stringify({ subscribers, rate, ...taken }));
      rows.push(await rowOf(sides, { subscribers, rate }, taken));
      if (!args.json) console.error(`${subscribers} x ${rate}/s: p99 ${rows.at(-1)['p99 ms']} ms`);
    }
  console.table(rows);
  const goal = rows.find(({ subscribers, rate }) => subscribers === 100 && rate === 200);
  return goal && !(goal['p99 ms'] < 100)
    ? [`p99 at 200/s and 100 subscribers is ${goal['p99 ms']} ms, not below 100`]
    : [];
});

async function startProductSide(folder) {
  const product = await startProduct({ folder, workspace: 'bench/workspaces/live' });
  const socketUrl = product.events;
  return { ...product, socketUrl, auth: { authorization: product.headers.authorization }, ask: startSubscribers() };
}

async function startBaselineSide() {
  const [port] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const started = await startNode({
    name: 'bare socket.io',
    args: [join(root, 'bench', 'baseline', 'live-server.mjs')],
    env: { PORT: String(port) },
    ready: async () => (await fetch(url)).status === 200,
  });
  return { ...started, events: `${url}/events`, headers: {}, socketUrl: url, auth: {}, ask: startSubscribers() };
}

async function measure(side, { subscribers, rate }) {
  await side.ask('open', { url: side.socketUrl, auth: side.auth, count: subscribers });
  await emit(side, { rate: Math.min(rate, 50), seconds: 1 });
  await sleep(500);
  await side.ask('reset');
  const stop = watch({ node: side.pid });
  const { sent, perSecond } = await emit(side, { rate, seconds });
  const { received, delays } = await drained(side, sent * subscribers);
  const { node } = stop();
  const keepsUp = received === sent * subscribers && perSecond >= SATURATED_SHARE * rate && delays.p99 < SATURATED_MS;
  await side.ask('open', { url: side.socketUrl, auth: side.auth, count: 0 });
  return { ...delays, perSecond, keepsUp, cpuMs: (1000 * node.cpuSeconds) / Math.max(sent, 1) };
}

/** Until everything has come, or nothing more comes. */
async function drained(side, expected) {
  let report = await side.ask('report');
  for (let quiet = 0; report.received < expected && quiet < 10;) {
    await sleep(200);
    const next = await side.ask('report');
    quiet = next.received === report.received ? quiet + 1 : 0;
    report = next;
  }
  return report;
}

async function rowOf(sides, { subscribers, rate }, { product, baseline }) {
  const keepsUp = product.every((one) => one.keepsUp);
  return {
    subscribers,
    rate,
    'p50 ms': round(medianOf(product, (one) => one.p50)),
    'p99 ms': round(medianOf(product, (one) => one.p99)),
    'bare p50': round(medianOf(baseline, (one) => one.p50)),
    'bare p99': round(medianOf(baseline, (one) => one.p99)),
    'p50 ratio': round(pairedRatio(product, baseline, (one) => one.p50)),
    'p99 ratio': round(pairedRatio(product, baseline, (one) => one.p99)),
    'CPU ms/event': round(medianOf(product, (one) => one.cpuMs)),
    'bare CPU': round(medianOf(baseline, (one) => one.cpuMs)),
    saturated: keepsUp ? '' : `keeps up with ${await highestRate(sides.product, { subscribers, rate })}/s`,
    'bare saturated': baseline.every((one) => one.keepsUp) ? '' : 'yes',
  };
}

/** By halves, to within a tenth. */
async function highestRate(side, { subscribers, rate }) {
  let [low, high] = [0, rate];
  while (high - low > Math.max(5, high / 10)) {
    const middle = Math.round((low + high) / 2);
    if ((await measure(side, { subscribers, rate: middle })).keepsUp) low = middle;
    else high = middle;
  }
  return low;
}
