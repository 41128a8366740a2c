// Pages out of a list of 100,000 runs: `node scripts/build.mjs && node bench/run-index.mjs [RUNS]`.
// What it does not measure: HTTP, rights, source lines (`run-index-http.mjs` does); a disk that is cold.
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fillRunIndex, noteMaker, questions } from './harness/run-notes.mjs';

const require = createRequire(import.meta.url);
const { openDatabase } = require('../dist/shared/drivers/sqlite/database.js');
const { sqliteRunIndex } = require('../dist/shared/drivers/run-index/sqlite.js');

const RUNS = Number(process.argv[2] ?? 100_000);
const dir = mkdtempSync(join(tmpdir(), 'ostinato-bench-'));
const db = openDatabase(join(dir, 'ostinato.db'));
const index = sqliteRunIndex(db);

const seconds = await fillRunIndex(index, RUNS, noteMaker({ workspaceId: 'shop', runs: RUNS }));
console.log(`${RUNS} runs taken in ${seconds.toFixed(1)} s, ${((seconds * 1e6) / RUNS).toFixed(0)} µs each`);

let worst = 0;
for (const [name, query] of Object.entries(questions(RUNS))) {
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
