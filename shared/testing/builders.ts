/** Values for tests of stores: each says only what the test is about. */
import { EMIT_TOPIC, type Event, type EventSource } from '../core/events/event';
import type { FlushRequest, SealRequest } from '../core/run/flush';
import type { OpenWait, OutEvent, Patch, RunEnv, StartInput } from '../core/run/types';

let minted = 0;
export const freshId = (prefix: string): string => `${prefix}-${process.pid}-${++minted}`;

export function anEvent(over: Partial<Omit<Event, 'source'>> & { readonly source?: Partial<EventSource> } = {}): Event {
  const { source, ...rest } = over;
  return {
    id: freshId('event'),
    type: 'apps.test',
    createdAt: '2026-03-01T12:00:00.000Z',
    size: 100,
    payload: { hello: 'world' },
    source: { correlationId: 'corr', workspaceId: 'acme', serviceTopic: EMIT_TOPIC, ...source },
    ...rest,
  };
}

export const anOutEvent = (over: Parameters<typeof anEvent>[0] = {}): OutEvent => ({
  ...anEvent(over),
  origin: { run: 'acme/hello/1', gen: 0, turn: 0, ordinal: 0 },
});

const ENV: RunEnv = { ir: 1, machine: '1', tz: '2026a', icu: '77', regex: 're2', locale: 'en', timeZone: 'UTC' };

export const aStart = (over: Partial<StartInput> = {}): StartInput => ({
  v: 1,
  workspaceId: 'acme',
  automation: 'hello',
  release: 'r:1',
  trigger: { type: 'endpoint', value: 'hello' },
  args: { body: { name: 'Doe' } },
  identity: {},
  correlationId: 'corr',
  seed: 1,
  depth: 0,
  contexts: {},
  env: ENV,
  limits: { maximumSuccessiveCalls: 20, waitDefaultTimeoutMs: 20_000, eventMaxLength: 100_000, stepsPerTurn: 10_000 },
  ...over,
});

/** The first flush of a run, of engine run `engine-1`. */
export function aFlush(over: Partial<FlushRequest> = {}): FlushRequest {
  const { run = 'acme/hello/1', gen = 0, flush = 0 } = over;
  return {
    run,
    engineRunId: 'engine-1',
    gen,
    flushId: `${run}#${gen}#${flush}`,
    flush,
    inputsHash: 'h:1',
    turns: [{ n: flush, now: 1_000, items: flush === 0 ? [{ start: aStart() }] : [{ timer: 'w:1' }] }],
    waits: [],
    events: [],
    patches: [],
    calls: [],
    steps: 1,
    hits: {},
    skeleton: 's:1',
    workspaceId: 'acme',
    ...(flush === 0 && {
      first: { program: 'p:1', release: 'r:1', env: ENV, automation: 'hello', correlationId: 'corr' },
    }),
    ...over,
  };
}

export const aSeal = (over: Partial<SealRequest> = {}): SealRequest => ({
  run: 'acme/hello/1',
  engineRunId: 'engine-1',
  gen: 0,
  n: 1,
  now: 2_000,
  items: ['t:w:1'],
  workspaceId: 'acme',
  contexts: {},
  ...over,
});

export const aWait = (over: Partial<OpenWait> = {}): OpenWait => ({
  id: 'w:1',
  workspaceId: 'acme',
  until: 100_000,
  oneOf: [{ event: 'order.paid', filters: { 'payload.id': 7 } }],
  ...over,
});

export const aPatch = (over: Partial<Patch> = {}): Patch => ({
  context: 'global',
  owner: 'global',
  op: 'replace',
  path: ['a'],
  value: 1,
  ...over,
});
