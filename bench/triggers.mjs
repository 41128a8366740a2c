// What it costs to find the automations that an event starts, among 10 registered triggers (one in each of ten
// workspaces) and among 100,000 (1,000 in one workspace, 100 in each of 990 others).
// Run after a build: node bench/triggers.mjs [--assert]
// `the same events`: of ten triggers that are in both, so the difference is what 99,990 others cost. This is the target.
// `events of 1,000`: of all triggers of the largest workspace.
// `events of all`: of triggers drawn from all 100,000 alike, so hardly one is met twice: the worst case. What that costs
// more is memory that no cache of the processor holds: the place in the map, the name there, the list.
// Each is told twice: with the event read from its JSON, as the log hands it over, and the look-up alone. Not measured:
// the log, and starting them.
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';

const require = createRequire(import.meta.url);
const { indexTriggers } = require('../dist/shared/core/workspaces/trigger-index.js');
const { listenersOf } = require('../dist/api/runtime/event-listeners.js');

const EVENTS = 20_000;
const ROUNDS = 25;

/** Counts from the same start each time. */
function chance() {
  let seed = 42;
  return (below) => (seed = (seed * 48_271) % 2_147_483_647) % below;
}

const nameOf = (workspace, automation) =>
  `${workspace === 0 ? 'shop' : `team${workspace}`}.thing${automation}.happened`;

/** @param sizes  how many automations each workspace has, one trigger each */
function registered(sizes) {
  const releases = new Map();
  sizes.forEach((size, w) => {
    const automations = {};
    for (let a = 0; a < size; a++)
      automations[`listens-${a}`] = {
        ...{ slug: `listens-${a}`, instance: '', private: false, disabled: false },
        triggers: { events: [nameOf(w, a)], schedules: [] },
      };
    const release = { workspaceId: `workspace-${w}`, automations };
    releases.set(release.workspaceId, { release, triggers: indexTriggers(release) });
  });
  return releases;
}

/** JSON of events. Every second one is heard by nobody. */
function eventsOf(sizes) {
  const random = chance();
  const all = sizes.flatMap((size, w) => Array.from({ length: size }, (_, a) => [w, a]));
  return Array.from({ length: EVENTS }, (_, i) => {
    const [w, a] = all[random(all.length)];
    return JSON.stringify({
      id: `e${i}`,
      type: i % 2 === 0 ? nameOf(w, a) : `${nameOf(w, a)}-not`,
      createdAt: new Date().toISOString(),
      payload: { orderId: i, email: 'ada@example.org', items: [{ sku: 'A1', n: 2 }] },
      source: { workspaceId: `workspace-${w}`, correlationId: `c${i}`, serviceTopic: 'topic:runtime:emit' },
    });
  });
}

/** Microseconds an event. */
function round(releases, events, read) {
  const passes = read === JSON.parse ? 1 : 10;
  const start = performance.now();
  let heard = 0;
  for (let pass = 0; pass < passes; pass++)
    for (const event of events) heard += listenersOf(releases, read(event)).length;
  const took = performance.now() - start;
  if (heard !== (passes * events.length) / 2) throw new Error(`${heard} listeners`);
  return (took * 1000) / (passes * events.length);
}

const [few, many] = [Array(10).fill(1), [1_000, ...Array(990).fill(100)]];
const releases = { few: registered(few), many: registered(many) };
const [ofTen, ofShop, ofAll] = [eventsOf(few), eventsOf(many.slice(0, 1)), eventsOf(many)];
const [readTen, readShop, readAll] = [ofTen, ofShop, ofAll].map((events) => events.map((event) => JSON.parse(event)));
const asIs = (event) => event;
const kinds = [
  { what: 'the same events, from JSON', read: JSON.parse, few: ofTen, many: ofTen, most: 1.5 },
  { what: 'the same events, look-up alone', read: asIs, few: readTen, many: readTen, most: 1.5 },
  { what: 'events of 1,000, from JSON', read: JSON.parse, few: ofTen, many: ofShop },
  { what: 'events of 1,000, look-up alone', read: asIs, few: readTen, many: readShop },
  { what: 'events of all, from JSON', read: JSON.parse, few: ofTen, many: ofAll },
  { what: 'events of all, look-up alone', read: asIs, few: readTen, many: readAll },
];

let missed = false;
console.log(`${'µs an event, among'.padEnd(32)} 10 triggers  100,000  ratio`);
for (const { what, read, most, ...events } of kinds) {
  const best = { few: Infinity, many: Infinity };
  for (let turn = 0; turn < ROUNDS; turn++)
    for (const size of turn % 2 ? ['few', 'many'] : ['many', 'few'])
      best[size] = Math.min(best[size], round(releases[size], events[size], read));
  const ratio = best.many / best.few;
  missed ||= most !== undefined && !(ratio < most);
  const numbers = [best.few.toFixed(3).padStart(11), best.many.toFixed(3).padStart(8), ratio.toFixed(2).padStart(6)];
  console.log(`${what.padEnd(32)} ${numbers.join(' ')}${most === undefined ? '' : `  to hold: ${most}`}`);
}
if (process.argv.includes('--assert') && missed) process.exitCode = 1;
