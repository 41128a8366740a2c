/**
 * Many runs that wait for one event each: time to start them, time from the first event to the last end, memory. The
 * product against a hand-written workflow with a signal, on the same Temporal server. See README.md.
 *
 *   node bench/parked.mjs [--quick] [--assert] [--json] [--pairs 5] [--runs 2000] [--cached N] [--baseline-only]
 *
 * `--cached N` sets the cache of both sides: above `--runs` every run stays in memory, 10 means hardly any does.
 * Without it both have the product's default.
 */
import { stopAll } from './harness/processes.mjs';
import { cpuSeconds, rssMiB } from './harness/process-stats.mjs';
import { options, runBenchmark } from './harness/run.mjs';
import { startBaseline, startProduct, startServerAlone } from './harness/sides.mjs';
import { medianOf, pairedRatio, round } from './harness/statistics.mjs';
import { setTimeout as sleep } from 'node:timers/promises';

const PRODUCT_DEFAULT = 400;
const BATCH = 100;
const WARM_UP = 100;

const args = options({
  pairs: { type: 'string' },
  runs: { type: 'string' },
  cached: { type: 'string' },
  'baseline-only': { type: 'boolean' },
});
const pairs = Number(args.pairs ?? (args.quick ? 1 : 5));
const runs = Number(args.runs ?? 2_000);
const cached = Number(args.cached ?? PRODUCT_DEFAULT);

await runBenchmark(async (folder) => {
  /** @type {Record<string, object[]>} */
  const taken = { product: [], baseline: [] };
  for (let pair = 0; pair < pairs; pair++) {
    // Fresh processes and a fresh server each time: what a process has used once it does not give back.
    const own = `${folder}/${pair}`;
    const alone = args['baseline-only'] ? await startServerAlone(own) : null;
    const env = { OSTINATO_CACHED_RUNS: String(cached) };
    const product = alone ? null : await startProduct({ folder: own, workspace: 'bench/workspaces/parked', env });
    const server = alone ?? product;
    const baseline = await startBaseline({ folder: own, temporalAddress: server.temporalAddress, cachedRuns: cached });
    const sides = { ...(product && { product }), baseline };
    for (const name of pair % 2 ? Object.keys(sides).reverse() : Object.keys(sides))
      taken[name].push(await park({ ...sides[name], serverPid: server.serverPid }));
    await stopAll();
    if (!args.json) process.stderr.write(`pair ${pair + 1} of ${pairs} done\n`);
  }
  return report(taken);
});

/** One round of one side: a small one to warm up, then the measured one. */
async function park(side) {
  await parkOnce(side, 'warm', WARM_UP, 0);
  await sleep(1_000);
  const { rss, ...result } = await parkOnce(side, 'run', runs, WARM_UP);
  return { ...result, deltaMiB: rss, kibPerRun: (1024 * rss) / runs };
}

/** @param {number} before orders of earlier rounds */
async function parkOnce(side, prefix, count, before) {
  const [rssBefore, cpuBefore, serverBefore] = [rssMiB(side.pid), cpuSeconds(side.pid), cpuSeconds(side.serverPid)];
  const started = performance.now();
  await emit(side, 'order.placed', prefix, count);
  await untilThere(side, 'order.parked', before + count);
  const parked = performance.now();
  await sleep(2_000); // What garbage collection takes back by itself is not memory of parked runs.
  const rss = rssMiB(side.pid) - rssBefore;
  const paid = performance.now();
  await emit(side, 'order.paid', prefix, count);
  await untilThere(side, 'order.done', before + count);
  const done = performance.now();
  return {
    startSeconds: (parked - started) / 1000,
    finishSeconds: (done - paid) / 1000,
    nodeMs: (1000 * (cpuSeconds(side.pid) - cpuBefore)) / count,
    serverMs: (1000 * (cpuSeconds(side.serverPid) - serverBefore)) / count,
    rss,
  };
}

async function emit({ events, headers }, type, prefix, count) {
  for (let from = 0; from < count; from += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, count - from) }, (_, index) => ({
      type,
      payload: { id: `${prefix}-${from + index}` },
    }));
    const response = await fetch(events, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ events: batch }),
    });
    if (response.status !== 200) throw new Error(`${events} answers ${response.status} ${await response.text()}`);
    await response.arrayBuffer();
  }
}

/** Waits until the history holds `count` events of a type. */
async function untilThere({ events, headers }, type, count) {
  const url = `${events}?types=${type}&limit=1&page=${count - 1}`;
  for (const end = Date.now() + 300_000; Date.now() < end; await sleep(100)) {
    const response = await fetch(url, { headers });
    if (response.status !== 200) throw new Error(`${url} answers ${response.status} ${await response.text()}`);
    const { result } = await response.json();
    if (result.events.length > 0) return;
  }
  throw new Error(`no ${count} events ${type} within 300 s`);
}

/** Prints the table. @returns what was missed */
function report({ product, baseline }) {
  const line = (all) => ({
    'start all s': round(medianOf(all, (one) => one.startSeconds)),
    'first event to all done s': round(medianOf(all, (one) => one.finishSeconds)),
    'memory MiB': round(
      medianOf(all, (one) => one.deltaMiB),
      0,
    ),
    'KiB/run': round(
      medianOf(all, (one) => one.kibPerRun),
      0,
    ),
    'node CPU ms/run': round(medianOf(all, (one) => one.nodeMs)),
    'server CPU ms/run': round(medianOf(all, (one) => one.serverMs)),
  });
  console.log(`\n${runs} parked runs, ${cached} cached, ${baseline.length} pairs`);
  console.table({ ...(product.length > 0 && { product: line(product) }), baseline: line(baseline) });
  if (product.length === 0) return [];
  const ratios = {
    start: pairedRatio(product, baseline, (one) => one.startSeconds),
    finish: pairedRatio(product, baseline, (one) => one.finishSeconds),
    total: pairedRatio(product, baseline, (one) => one.startSeconds + one.finishSeconds),
    memory: pairedRatio(product, baseline, (one) => one.deltaMiB),
    nodeCpu: pairedRatio(product, baseline, (one) => one.nodeMs),
  };
  const shown = Object.entries(ratios).map(([name, value]) => `${name} ${round(value)}`);
  console.log(`product / baseline, median of the pairs' ratios: ${shown.join(', ')}`);
  if (args.json) console.log(JSON.stringify({ runs, cached, ratios, product, baseline }));
  const memory = medianOf(product, (one) => one.deltaMiB);
  return [
    ...(ratios.start > 1.2 ? [`time to start: ${round(ratios.start)} > 1.2`] : []),
    ...(ratios.finish > 1.2 ? [`first event to all done: ${round(ratios.finish)} > 1.2`] : []),
    ...(memory > 300 ? [`memory of ${runs} parked runs: ${round(memory, 0)} MiB > 300`] : []),
  ];
}
