/**
 * Where the CPU of a webhook goes: one side under load with V8's profiler on, self time by thread, package and function.
 *
 *   node bench/profile.mjs [--side product|baseline] [--connections 10] [--seconds 10] [--top 40] [--keep FOLDER] [--bare] [--require FILE] [--node-args ...]
 *
 * `--bare` leaves the profiler off: only the CPU of each thread. `--require` loads a file into every thread first.
 */
import autocannon from 'autocannon';
import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stopAll } from './harness/processes.mjs';
import { cpuSeconds, threadSeconds } from './harness/process-stats.mjs';
import { selfTimes } from './harness/cpu-profile.mjs';
import { options, runBenchmark } from './harness/run.mjs';
import { startBaseline, startProduct, startServerAlone } from './harness/sides.mjs';

const args = options({
  side: { type: 'string' },
  connections: { type: 'string' },
  seconds: { type: 'string' },
  top: { type: 'string' },
  keep: { type: 'string' },
  require: { type: 'string' },
  bare: { type: 'boolean' },
  'node-args': { type: 'string' },
});
const isBaseline = args.side === 'baseline';

await runBenchmark(async (folder) => {
  const profiles = join(folder, 'profiles');
  mkdirSync(profiles, { recursive: true });
  const profiled = ['--cpu-prof', '--cpu-prof-interval', '500', '--cpu-prof-dir', profiles];
  const nodeArgs = [
    ...(args.bare ? [] : profiled),
    ...(args.require ? ['--require', args.require] : []),
    ...(args['node-args']?.split(' ') ?? []),
  ];
  const alone = isBaseline ? await startServerAlone(folder) : null;
  const side = alone
    ? await startBaseline({ folder, temporalAddress: alone.temporalAddress, nodeArgs })
    : await startProduct({ folder, workspace: 'examples/performance', nodeArgs });
  const serverPid = alone?.serverPid ?? side.serverPid;
  await load(side, 5);
  const before = { threads: threadSeconds(side.pid), server: cpuSeconds(serverPid) };
  const { answered, perSecond } = await load(side, Number(args.seconds ?? 10));
  const server = cpuSeconds(serverPid) - before.server;
  console.log(
    `${answered} runs, ${perSecond.toFixed(1)} runs/s, server ${((1000 * server) / answered).toFixed(2)} ms/run`,
  );
  const threads = threadSeconds(side.pid);
  const rows = Object.entries(threads).map(([name, seconds]) => [
    name,
    (1000 * (seconds - (before.threads[name] ?? 0))) / answered,
  ]);
  for (const [name, ms] of rows.sort((a, b) => b[1] - a[1])) if (ms >= 0.02) print(ms, name);
  await stopAll();
  if (args.keep) cpSync(profiles, args.keep, { recursive: true });
  for (const file of readdirSync(profiles)) show(JSON.parse(readFileSync(join(profiles, file), 'utf8')));
  return [];
});

async function load(side, duration) {
  const result = await autocannon({
    url: side.webhook,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ customer: 'Jane', items: [1, 2, 3] }),
    connections: Number(args.connections ?? 10),
    duration,
    timeout: 30,
  });
  return { answered: result['2xx'], perSecond: result['2xx'] / result.duration };
}

/** Shares of one thread's profile: start-up and warm-up are in it too, so read them as shares, not as milliseconds. */
function show(profile) {
  const { total, idle, byPackage, byFunction } = selfTimes(profile);
  console.log(`\nthread with ${(total / 1e6).toFixed(1)} s busy of ${((total + idle) / 1e6).toFixed(1)} s`);
  console.log('  by package');
  for (const [name, time] of byPackage.slice(0, 25)) print((100 * time) / total, name, '%');
  console.log('  by function');
  for (const [name, time] of byFunction.slice(0, Number(args.top ?? 40))) print((100 * time) / total, name, '%');
}

function print(value, name, unit = 'ms/run') {
  console.log(`${value.toFixed(2).padStart(8)} ${unit}  ${name}`);
}
