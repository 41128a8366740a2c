// Pages out of a list of 100,000 runs: `node scripts/build.mjs && node bench/run-index.mjs [RUNS]`.
// What it does not measure: HTTP, rights, source lines; a disk that is cold.
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const { openDatabase } = require('../dist/shared/drivers/sqlite/database.js');
const { sqliteRunIndex } = require('../dist/shared/drivers/run-index/sqlite.js');

const RUNS = Number(process.argv[2] ?? 100_000);
const dir = mkdtempSync(join(tmpdir(), 'ostinato-bench-'));
const db = openDatabase(join(dir, 'ostinato.db'));
const index = sqliteRunIndex(db);

const statuses = ['done', 'done', 'done', 'done', 'done', 'done', 'waiting', 'waiting', 'waiting', 'failed'];
const noteOf = (n) => {
  const status = statuses[n % 10];
  const base = { run: `shop/a${n % 40}/${String(n).padStart(8, '0')}`, workspaceId: 'shop', engineRunId: `e${n}` };
  return {
    ...base,
    start: {
      ...{ automation: `a${n % 40}`, release: `r:${n % 4}`, correlationId: `c${n % (RUNS / 5)}`, depth: n % 3 },
      ...{
        trigger: { type: 'event', value: `order.e${n % 12}`, id: `e-${n}` },
        userId: `u${n % 500}`,
        startedAt: 1e12 + n * 50,
      },
    },
    status,
    at: 1e12 + n * 50 + (n % 977) * 13,
    waits:
      status === 'waiting'
        ? [{ kind: 'event', since: 1e12 + n * 50, events: [{ type: `paid.${n % 30}` }], sentence: 'waits for it' }]
        : [],
    waitCount: status === 'waiting' ? 1 : 0,
    ...(status === 'failed' && { error: { error: `E${n % 5}`, message: 'it failed' } }),
  };
};

const filled = performance.now();
for (let from = 0; from < RUNS; from += 1_000)
  await index.apply(
    Array.from({ length: Math.min(1_000, RUNS - from) }, (_, i) => ({
      position: from + i + 1,
      note: noteOf(from + i),
    })),
  );
console.log(
  `${RUNS} runs taken in ${((performance.now() - filled) / 1000).toFixed(1)} s, ${(((performance.now() - filled) * 1000) / RUNS).toFixed(0)} µs each`,
);

const middle = 1e12 + RUNS * 25;
const queries = {
  all: {},
  'status waiting': { status: ['waiting'] },
  'status running (none)': { status: ['running'] },
  'two statuses': { status: ['waiting', 'failed'] },
  automation: { automation: ['a7'] },
  'correlation id': { correlationId: 'c77' },
  user: { userId: 'u7' },
  trigger: { trigger: 'event:order.e3' },
  'type of trigger': { trigger: 'event' },
  'type of trigger (none)': { trigger: 'schedule' },
  release: { release: 'r:1' },
  error: { error: 'E4' },
  'waits for': { waitsFor: 'paid.6' },
  'waits for (all that wait)': { waitsFor: 'event' },
  dates: { startedFrom: middle, startedTo: middle + 60_000 },
  'status and user': { status: ['done'], userId: 'u7' },
  'each leaves many, all together none': {
    status: ['done'],
    release: 'r:1',
    trigger: 'event:order.e3',
    automation: ['a2'],
  },
  'release and trigger': { release: 'r:1', trigger: 'event:order.e5' },
  'release and status, none': { release: 'r:1', status: ['running', 'blocked'] },
  'waiting, longest first': { sort: 'waiting' },
  'waiting of a release, longest first': { sort: 'waiting', release: 'r:2' },
  'waiting for, of an automation': { sort: 'waiting', waitsFor: 'paid.6', automation: ['a6'] },
  'waiting since before': { sort: 'waiting', waitingBefore: middle },
  duration: { sort: 'duration' },
  'duration, failed of a release': { sort: 'duration', status: ['failed'], release: 'r:1' },
  'duration, none': { sort: 'duration', status: ['failed'], release: 'r:0', trigger: 'event:order.e3' },
};

let worst = 0;
for (const [name, query] of Object.entries(queries)) {
  const times = [];
  let found = 0;
  for (let i = 0; i < 15; i++) {
    const began = performance.now();
    const { runs, next, total } = await index.list('shop', { sort: 'started', limit: 50, ...query });
    times.push(performance.now() - began);
    found = total.value;
    if (!next) continue;
    const after = performance.now();
    await index.list('shop', { sort: 'started', limit: 50, ...query, after: next });
    times.push(performance.now() - after);
    if (runs.length !== 50) throw new Error(`${name}: a page of ${runs.length} with another one behind it`);
  }
  times.sort((a, b) => a - b);
  const [p50, most] = [times[Math.floor(times.length / 2)], times.at(-1)];
  worst = Math.max(worst, most);
  console.log(
    `${name.padEnd(40)} ${String(found).padStart(6)} found   p50 ${p50.toFixed(1).padStart(6)} ms   most ${most.toFixed(1).padStart(6)} ms`,
  );
}
console.log(`worst ${worst.toFixed(1)} ms`);
await db.close();
rmSync(dir, { recursive: true });
