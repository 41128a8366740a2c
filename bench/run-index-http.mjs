/**
 * Pages out of a list of 100,000 runs, as a client of the API gets them: gateway, rights, contract, list, JSON. There is
 * no baseline: each page is to be there in less than 50 ms. See README.md.
 *
 *   node bench/run-index-http.mjs [--quick] [--assert] [--runs 100000]
 */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { options, runBenchmark } from './harness/run.mjs';
import { everyCombination, fillRunIndex, noteMaker, questions } from './harness/run-notes.mjs';
import { startProduct } from './harness/sides.mjs';
import { round } from './harness/statistics.mjs';

const require = createRequire(import.meta.url);
const args = options({ runs: { type: 'string' } });
const runs = Number(args.runs ?? (args.quick ? 5_000 : 100_000));
const MOST_MS = 50;
const TIMES = 20;
/** Slowest combinations that are measured again, as often as the named questions. */
const AGAIN = 20;
const SECURITY = `authorizations:
  roles: { reader: {} }
  rules: [{ role: reader, action: read, subject: runs, conditions: { workspaceId: bench } }, { role: reader, action: read, subject: runs }]
`;
const USERS = { ed: { token: 'ed', roles: { bench: 'editor' } }, rae: { token: 'rae', roles: { bench: 'reader' } } };

await runBenchmark(async (folder) => {
  const { client, taken } = await start(folder);
  console.log(`${runs} runs taken into the list in ${round(taken, 1)} s`);
  // What a start does in the background is no page.
  await sleep(5_000);
  const ask = asker(client);
  for (let n = 0; n < 50; n++) await ask({});

  const named = {};
  for (const [name, query] of Object.entries(questions(runs))) named[name] = await measured(ask, query);
  show('Questions, the first page with its count and the second one', named);

  const callers = { owner: client.headers, editor: bearer('ed'), 'a role of the document': bearer('rae') };
  callers['an API key'] = { 'x-prismeai-api-key': client.apiKey };
  const asked = { status: ['waiting'], release: client.release };
  const byCaller = {};
  for (const [who, headers] of Object.entries(callers)) byCaller[who] = await measured(ask, asked, headers);
  show('The same question, by who asks', byCaller);

  const deep = await walk(ask);
  show('Every page of all runs, one after the other', deep);

  const { combinations, slowest } = await sweep(ask);
  show('Every set of filters in every order, asked once', combinations);
  show(`The ${AGAIN} slowest of them, asked ${TIMES} times`, slowest);

  const all = { ...named, ...byCaller, ...deep, ...slowest };
  return Object.entries(all)
    .filter(([, { p50 }]) => p50 > MOST_MS)
    .map(([what, { p50 }]) => `${what}: p50 is ${p50} ms, not below ${MOST_MS}`);
});

/** A product whose list of runs is full, though its engine has never heard of them. */
async function start(folder) {
  const env = { OSTINATO_USERS: JSON.stringify(USERS), OSTINATO_RECONCILE_RUNS: '86400' };
  const launch = () => startProduct({ folder, workspace: 'bench/workspaces/parked', env });
  const first = await launch();
  writeFileSync(join(folder, 'served', 'bench', 'security.yml'), SECURITY);
  const { release, at } = await oneRun(first);
  const apiKey = await makeKey(first);
  await first.stop();
  const { openDatabase } = require('../dist/shared/drivers/sqlite/database.js');
  const { sqliteRunIndex } = require('../dist/shared/drivers/run-index/sqlite.js');
  const db = openDatabase(join(folder, 'data', 'ostinato.db'));
  // Heard of tomorrow: what compares the list with the engine leaves the young alone.
  const index = sqliteRunIndex(db, () => Date.now() + 86_400_000);
  const releases = [release, 'r:1', 'r:2', 'r:3'];
  const taken = await fillRunIndex(index, runs, noteMaker({ workspaceId: 'bench', runs, releases, at }));
  await db.close();
  const second = await launch();
  const { origin } = new URL(second.events);
  const pool = new Pool(origin, { connections: 1, pipelining: 1 });
  return { taken, client: { pool, headers: second.headers, apiKey, release } };
}

/** A real run that waits, for the release and the place that rows are shown with. */
async function oneRun({ events, headers }) {
  const json = { ...headers, 'content-type': 'application/json' };
  const body = JSON.stringify({ events: [{ type: 'order.placed', payload: { id: 'one' } }] });
  await fetch(events, { method: 'POST', headers: json, body });
  for (let lap = 0; lap < 100; lap++, await sleep(100)) {
    const { items } = await (await fetch(events.replace(/events$/, 'runs'), { headers })).json();
    const [run] = items.filter(({ wait }) => wait?.at?.line !== undefined);
    if (run) return { release: run.release, at: { automation: run.wait.at.automation, node: run.wait.at.nodeId } };
  }
  throw new Error('No run has come to wait');
}

async function makeKey({ events, headers }) {
  const body = JSON.stringify({ name: 'bench', rules: [{ action: 'read', subject: 'runs' }] });
  const answer = await fetch(events.replace(/events$/, 'security/apikeys'), {
    ...{ method: 'POST', body, headers: { ...headers, 'content-type': 'application/json' } },
  });
  return (await answer.json()).apiKey;
}

/** How to get a page, and how long it takes until its last byte is read. */
function asker({ pool, headers: own, release }) {
  return async (query, headers = own) => {
    const path = `/v2/workspaces/bench/runs${search(query, release)}`;
    const began = performance.now();
    const { statusCode, body } = await pool.request({ path, method: 'GET', headers });
    const text = await body.text();
    const ms = performance.now() - began;
    if (statusCode !== 200) throw new Error(`${path} answered ${statusCode}: ${text.slice(0, 300)}`);
    return { ms, ...JSON.parse(text) };
  };
}

function bearer(token) {
  return { authorization: `Bearer ${token}` };
}

function search({ waitingBefore, startedFrom, startedTo, release, ...others }, firstRelease) {
  const found = new URLSearchParams();
  const iso = (at) => new Date(at).toISOString();
  for (const [name, value] of Object.entries(others)) found.set(name, [value].flat().join(','));
  if (release !== undefined) found.set('release', release === 'r:0' ? firstRelease : release);
  if (startedFrom !== undefined) found.set('startedFrom', iso(startedFrom));
  if (startedTo !== undefined) found.set('startedTo', iso(startedTo));
  if (waitingBefore !== undefined)
    found.set('waitingLongerThan', String(Math.round((Date.now() - waitingBefore) / 1000)));
  return `?${found}`;
}

async function measured(ask, query, headers) {
  const times = [];
  let found = 0;
  for (let n = 0; n < TIMES; n++) {
    const { ms, next, total } = await ask(query, headers);
    times.push(ms);
    found = total.value;
    if (next) times.push((await ask({ ...query, cursor: next }, headers)).ms);
  }
  return { found, ...figures(times) };
}

/** Every page of 50, up to the last; and every page of 500. */
async function walk(ask) {
  const rows = {};
  for (const limit of [50, 500])
    for (const sort of ['started', 'duration']) {
      const times = [];
      let found = 0;
      for (let cursor; ;) {
        const { ms, items, next } = await ask({ sort, limit, ...(cursor && { cursor }) });
        times.push(ms);
        found += items.length;
        if (!next) break;
        cursor = next;
      }
      rows[`by ${sort}, ${limit} a page, ${times.length} pages`] = { found, ...figures(times) };
    }
  return rows;
}

async function sweep(ask) {
  const times = [];
  for (const { name, query } of everyCombination(runs)) {
    const first = await ask(query);
    const second = first.next ? await ask({ ...query, cursor: first.next }) : { ms: 0 };
    times.push({ name, query, ms: Math.max(first.ms, second.ms) });
  }
  const all = times.map(({ ms }) => ms);
  const slowest = {};
  for (const { name, query } of times.sort((a, b) => b.ms - a.ms).slice(0, AGAIN))
    slowest[name] = await measured(ask, query);
  return { combinations: { [`${times.length} questions`]: { found: '', ...figures(all) } }, slowest };
}

function figures(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share) => round(sorted[Math.floor(share * (sorted.length - 1))], 1);
  return { p50: at(0.5), p99: at(0.99), most: at(1), over50: sorted.filter((ms) => ms > MOST_MS).length };
}

function show(title, rows) {
  console.log(`\n${title}`);
  console.table(rows);
}
