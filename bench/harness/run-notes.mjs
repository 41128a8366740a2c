/** A list of runs as an installation has it after a while, and what operators ask of it. */

/** Lately: what has ended long ago is forgotten while it is measured. */
const BASE = Date.now() - 3 * 3_600_000;
const statuses = ['done', 'done', 'done', 'done', 'done', 'done', 'waiting', 'waiting', 'waiting', 'failed'];

/**
 * 40 automations, 500 users, 5 runs a chain; 30 % wait, 10 % have failed.
 * @param {{ workspaceId: string, runs: number, releases?: readonly string[], at?: { automation: string, node: string } }} of
 *   at: where those that wait stand
 */
export const noteMaker =
  ({ workspaceId, runs, releases = ['r:0', 'r:1', 'r:2', 'r:3'], at }) =>
  (n) => {
    const status = statuses[n % 10];
    const startedAt = BASE + n * 50;
    const wait = { kind: 'event', since: startedAt, events: [{ type: `paid.${n % 30}` }], sentence: 'waits for it' };
    return {
      run: `${workspaceId}/a${n % 40}/${String(n).padStart(8, '0')}`,
      ...{ workspaceId, engineRunId: `e${n}`, status, at: startedAt + (n % 977) * 13 },
      start: {
        ...{ automation: `a${n % 40}`, release: releases[n % releases.length], correlationId: `c${n % (runs / 5)}` },
        ...{ trigger: { type: 'event', value: `order.e${n % 12}`, id: `e-${n}` }, userId: `u${n % 500}`, startedAt },
        depth: n % 3,
      },
      waits: status === 'waiting' ? [{ ...wait, ...(at && { at }) }] : [],
      waitCount: status === 'waiting' ? 1 : 0,
      ...(status === 'failed' && { error: { error: `E${n % 5}`, message: 'it failed' } }),
    };
  };

/** @returns seconds that it took */
export async function fillRunIndex(index, runs, noteOf) {
  const began = performance.now();
  for (let from = 0; from < runs; from += 1_000)
    await index.apply(
      Array.from({ length: Math.min(1_000, runs - from) }, (_, i) => ({
        position: from + i + 1,
        note: noteOf(from + i),
      })),
    );
  return (performance.now() - began) / 1000;
}

/** One of each kind. */
export function questions(runs) {
  const middle = BASE + runs * 25;
  return {
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
      ...{ status: ['done'], release: 'r:1', trigger: 'event:order.e3', automation: ['a2'] },
    },
    'release and trigger': { release: 'r:1', trigger: 'event:order.e5' },
    'release and status, none': { release: 'r:1', status: ['running', 'blocked'] },
    'waiting, longest first': { sort: 'waiting' },
    'waiting of a release, longest first': { sort: 'waiting', release: 'r:2' },
    'waiting for, of an automation': { sort: 'waiting', waitsFor: 'paid.6', automation: ['a6'] },
    'waiting since before (none)': { waitingBefore: BASE - 1_000 },
    'waiting since before': { sort: 'waiting', waitingBefore: middle },
    duration: { sort: 'duration' },
    'duration, failed of a release': { sort: 'duration', status: ['failed'], release: 'r:1' },
    'duration, none': { sort: 'duration', status: ['failed'], release: 'r:0', trigger: 'event:order.e3' },
  };
}

/**
 * Every set of filters, in every order: with values that are found together where they can be, with values that each
 * leave many runs and hardly ever meet, and with those but for one that nothing has.
 */
export function everyCombination(runs) {
  const middle = BASE + runs * 25;
  const together = {
    ...{ status: ['waiting'], automation: ['a6', 'a16', 'a26', 'a36'], trigger: 'event', correlationId: 'c26' },
    ...{ userId: 'u26', release: 'r:2', error: 'E4', waitsFor: 'event' },
    ...{ dates: { startedFrom: BASE, startedTo: middle }, waitingBefore: middle },
  };
  const apart = {
    ...{ status: ['done', 'failed'], automation: ['a1', 'a3', 'a5', 'a8'], trigger: 'event:order.e2' },
    ...{ correlationId: 'c77', userId: 'u7', release: 'r:0', error: 'E4', waitsFor: 'paid.7' },
    ...{ dates: { startedFrom: middle }, waitingBefore: middle },
  };
  const never = { ...apart, trigger: 'schedule', waitingBefore: BASE - 1_000 };
  const names = Object.keys(together);
  const found = [];
  for (const sort of ['started', 'waiting', 'duration'])
    for (const [how, values] of Object.entries({ together, apart, never }))
      for (let set = 0; set < 2 ** names.length; set++) {
        const chosen = names.filter((_, bit) => set & (1 << bit));
        const { dates, ...others } = Object.fromEntries(chosen.map((name) => [name, values[name]]));
        found.push({ name: `${sort}, ${how}: ${chosen.join(' ') || 'none'}`, query: { sort, ...others, ...dates } });
      }
  return found;
}
