/**
 * Throughput and latency of one webhook: the product against a hand-written workflow that does the same work on the
 * same Temporal server, in alternating turns. See README.md.
 *
 *   node bench/webhook.mjs [--quick] [--assert] [--json] [--pairs 5] [--seconds 8] [--levels 1,10,100] [--baseline-only]
 */
import autocannon from 'autocannon';
import { watch } from './harness/process-stats.mjs';
import { stopAll } from './harness/processes.mjs';
import { options, runBenchmark } from './harness/run.mjs';
import { startBaseline, startProduct, startServerAlone } from './harness/sides.mjs';
import { medianOf, pairedRatio, round } from './harness/statistics.mjs';

const BODY = JSON.stringify({ customer: 'Jane', items: [1, 2, 3] });
const args = options({
  pairs: { type: 'string' },
  seconds: { type: 'string' },
  levels: { type: 'string' },
  'baseline-only': { type: 'boolean' },
});
const pairs = Number(args.pairs ?? (args.quick ? 1 : 5));
const seconds = Number(args.seconds ?? (args.quick ? 3 : 8));
const levels = (args.levels ?? '1,10,100').split(',').map(Number);

await runBenchmark(async (folder) => {
  const alone = args['baseline-only'] ? await startServerAlone(folder) : null;
  const product = alone ? null : await startProduct({ folder, workspace: 'examples/performance' });
  const server = alone ?? product;
  try {
    const baseline = await startBaseline({ folder, temporalAddress: server.temporalAddress });
    const sides = { ...(product && { product }), baseline };
    for (const side of Object.values(sides)) {
      await checkAnswer(side);
      await load(side, { connections: 10, duration: args.quick ? 2 : 6, serverPid: server.serverPid });
    }
    const missed = [];
    for (const connections of levels) {
      /** @type {Record<string, object[]>} */
      const taken = { product: [], baseline: [] };
      for (let pair = 0; pair < pairs; pair++)
        // Who goes first changes too: the server's database grows all the time.
        for (const name of pair % 2 ? Object.keys(sides).reverse() : Object.keys(sides))
          taken[name].push(await load(sides[name], { connections, duration: seconds, serverPid: server.serverPid }));
      missed.push(...report(connections, taken));
    }
    return missed;
  } finally {
    await stopAll();
  }
});

async function checkAnswer({ webhook }) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(webhook, { method: 'POST', headers, body: BODY });
  const answer = await response.text();
  const expected = JSON.stringify({ content: 'Doe', requestBody: JSON.parse(BODY) });
  if (response.status !== 200 || answer !== expected)
    throw new Error(`${webhook} answers ${response.status} ${answer}`);
}

/** One turn of one side. */
async function load(side, { connections, duration, serverPid }) {
  const stop = watch({ node: side.pid, server: serverPid });
  const result = await autocannon({
    url: side.webhook,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: BODY,
    connections,
    duration,
    timeout: 30,
  });
  const used = stop();
  await settle(side);
  const answered = result['2xx'];
  return {
    perSecond: answered / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    max: result.latency.max,
    errors: result.errors + result.timeouts + result.non2xx,
    answered,
    nodeMs: (1000 * used.node.cpuSeconds) / answered,
    serverMs: (1000 * used.server.cpuSeconds) / answered,
    nodeMiB: used.node.peakMiB,
    serverMiB: used.server.peakMiB,
  };
}

/** What the load left unfinished must not disturb the next turn. */
async function settle({ webhook }) {
  const headers = { 'content-type': 'application/json' };
  const probe = () => fetch(webhook, { method: 'POST', headers, body: BODY }).then((response) => response.text());
  for (let calm = 0, tries = 0; calm < 3 && tries < 50; tries++) {
    const from = performance.now();
    await probe();
    calm = performance.now() - from < 100 ? calm + 1 : 0;
  }
}

/** Prints one level. @returns what was missed */
function report(connections, { product, baseline }) {
  const line = (all) => ({
    'runs/s': round(
      medianOf(all, (one) => one.perSecond),
      1,
    ),
    'p50 ms': round(
      medianOf(all, (one) => one.p50),
      1,
    ),
    'p99 ms': round(
      medianOf(all, (one) => one.p99),
      1,
    ),
    errors: all.reduce((sum, one) => sum + one.errors, 0),
    'node CPU ms/run': round(medianOf(all, (one) => one.nodeMs)),
    'server CPU ms/run': round(medianOf(all, (one) => one.serverMs)),
    'node peak MiB': Math.round(Math.max(...all.map((one) => one.nodeMiB))),
    'server peak MiB': Math.round(Math.max(...all.map((one) => one.serverMiB))),
  });
  console.log(`\n${connections} connection${connections === 1 ? '' : 's'}, ${baseline.length} pairs of ${seconds} s`);
  console.table({ ...(product.length > 0 && { product: line(product) }), baseline: line(baseline) });
  if (product.length === 0) return [];
  const ratios = {
    throughput: pairedRatio(product, baseline, (one) => one.perSecond),
    p50: pairedRatio(product, baseline, (one) => one.p50),
    p99: pairedRatio(product, baseline, (one) => one.p99),
    nodeCpu: pairedRatio(product, baseline, (one) => one.nodeMs),
    serverCpu: pairedRatio(product, baseline, (one) => one.serverMs),
    tail: medianOf(product, (one) => one.p99 / one.p50),
  };
  const shown = Object.entries(ratios).map(([name, value]) => `${name} ${round(value)}`);
  console.log(`product / baseline, median of the pairs' ratios: ${shown.join(', ')}`);
  if (args.json) console.log(JSON.stringify({ connections, ratios, product, baseline }));
  const errors = product.reduce((sum, one) => sum + one.errors, 0);
  return [
    ...(errors > 0 ? [`${errors} errors at ${connections} connections`] : []),
    ...(connections === 10 && ratios.throughput < 0.85 ? [`throughput at 10: ${round(ratios.throughput)} < 0.85`] : []),
    ...(connections === 1 && ratios.p50 > 1.25 ? [`p50 at 1: ${round(ratios.p50)} > 1.25`] : []),
    ...(connections === 100 && ratios.tail > 3 ? [`p99/p50 at 100: ${round(ratios.tail)} > 3`] : []),
  ];
}
