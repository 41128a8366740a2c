// What it costs to find the automations that an event starts, among 10 and among 100,000 registered triggers (1,000 in each
// of 100 workspaces). Run after a build: node bench/triggers.mjs [--assert]
// Each event is read from its JSON, as the log hands it over. Not measured: the log, and starting them.
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';

const require = createRequire(import.meta.url);
const { indexTriggers } = require('../dist/shared/core/workspaces/trigger-index.js');
const { listenersOf } = require('../dist/api/runtime/event-listeners.js');

const EVENTS = 20_000;

function registered(workspaces, automations) {
  const releases = new Map();
  for (let w = 0; w < workspaces; w++) {
    const found = {};
    for (let a = 0; a < automations; a++)
      found[`listens-${a}`] = {
        ...{ slug: `listens-${a}`, instance: '', private: false, disabled: false },
        triggers: { events: [`thing.${a}.happened`], schedules: [] },
      };
    const release = { workspaceId: `w${w}`, automations: found };
    releases.set(`w${w}`, { release, triggers: indexTriggers(release) });
  }
  const events = Array.from({ length: EVENTS }, (_, i) =>
    JSON.stringify({
      id: `e${i}`,
      // Every second one is heard.
      type: `thing.${i % (2 * automations)}.happened`,
      createdAt: new Date().toISOString(),
      payload: { orderId: i, email: 'ada@example.org', items: [{ sku: 'A1', n: 2 }] },
      source: { workspaceId: `w${i % workspaces}`, correlationId: `c${i}`, serviceTopic: 'topic:runtime:emit' },
    }),
  );
  return { releases, events };
}

/** Microseconds an event. */
async function round({ releases, events }) {
  const start = performance.now();
  let heard = 0;
  for (const event of events) heard += (await listenersOf(releases, JSON.parse(event))).length;
  if (heard === 0) throw new Error('nothing listens');
  return ((performance.now() - start) * 1000) / events.length;
}

const [few, many] = [registered(1, 10), registered(100, 1_000)];
const best = { few: Infinity, many: Infinity };
for (let turn = 0; turn < 15; turn++) {
  best.few = Math.min(best.few, await round(few));
  best.many = Math.min(best.many, await round(many));
}
const ratio = best.many / best.few;
console.log(`10 triggers       ${best.few.toFixed(3)} µs an event`);
console.log(`100,000 triggers  ${best.many.toFixed(3)} µs an event`);
console.log(`ratio             ${ratio.toFixed(2)}`);
if (process.argv.includes('--assert') && !(ratio < 1.5)) process.exitCode = 1;
