import { aFlush, aStart } from '../../testing/builders';
import { toRunNote } from './run-note';
import type { FetchRequest, Fibre, Park, State } from './types';
import { noteOf } from './wait-notes';

const request: FetchRequest = {
  ...{ url: 'https://ada:hush@api.example.org/orders?key=hush', method: 'POST', headers: {}, emitErrors: true },
  ...{ outputMode: 'body', workspaceId: 'acme', correlationId: 'c', idempotencyKey: 'k' },
};

/** A state with one fibre for each park, inside an automation that another one has called. */
const stateWith = (...parks: Park[]): State =>
  ({
    scopes: { s1: { automation: 'outer' }, s2: { automation: 'inner' } },
    streams: { st: { request } },
    fibres: parks.map((park, id): Fibre => ({
      id,
      scope: 's1',
      park,
      frames: [
        { k: 'call', scope: 's1', node: null, stage: 'body' },
        { k: 'call', scope: 's2', node: 'n1', stage: 'body' },
      ],
    })),
  }) as unknown as State;

const base = { id: 'w', node: 'n7', since: Date.parse('2026-03-01T12:00:00Z') };
const deadline = base.since + 60_000;

it.each<[string, Park, object]>([
  [
    'an event',
    { kind: 'wait', ...base, deadline, wait: { oneOf: [{ event: 'paid', filters: { 'payload.id': 7 } }] } },
    {
      ...{ kind: 'event', until: deadline, events: [{ type: 'paid', filters: { 'payload.id': 7 } }] },
      sentence: 'waits for `paid` where payload.id = 7 since 12:00, until 12:01',
    },
  ],
  ['a date', { kind: 'sleep', ...base, deadline }, { kind: 'timer', until: deadline, sentence: 'sleeps until 12:01' }],
  [
    'a call',
    { kind: 'fetch', ...base, request },
    {
      ...{ kind: 'fetch', call: { id: 'w', method: 'POST', host: 'api.example.org' } },
      sentence: 'calls POST api.example.org/orders since 12:00',
    },
  ],
  [
    'a stream',
    { kind: 'stream', ...base, stream: 'st' },
    { kind: 'fetch', call: { host: 'api.example.org' }, sentence: 'reads api.example.org/orders since 12:00' },
  ],
  [
    'the platform',
    {
      kind: 'topics',
      ...base,
      request: { kind: 'join', workspaceId: 'acme', topic: 't', userIds: [], idempotencyKey: 'k' },
    },
    { kind: 'action' },
  ],
])('says that a run waits for %s, and where', (_, park, expected) => {
  expect(noteOf(stateWith(park))).toMatchObject({
    waitCount: 1,
    waits: [{ since: base.since, at: { automation: 'inner', node: 'n7' }, ...expected }],
  });
});

it('tells the oldest twenty of many, without secrets and without filters that are large', () => {
  const parks = Array.from({ length: 30 }, (_, n): Park => ({
    ...{ kind: 'wait', ...base, id: `w${n}`, since: base.since + 30 - n, deadline },
    wait: { oneOf: [{ event: 'paid', filters: { 'payload.text': n === 29 ? 'x'.repeat(3_000) : 'it is hush' } }] },
  }));
  const { waits, waitCount } = noteOf(stateWith(...parks, { kind: 'join' }), ['hush']);
  expect([waits.length, waitCount]).toEqual([20, 30]);
  expect(waits[0]?.events).toEqual([{ type: 'paid' }]);
  expect(waits[1]?.events).toEqual([{ type: 'paid', filters: { 'payload.text': 'it is REDACTED' } }]);
});

it('makes a note of a flush: facts once, why it waits, how it ended', () => {
  const turns = [{ n: 0, now: 5_000, items: [{ start: aStart({ throttledMs: 40, identity: { userId: 'ada' } }) }] }];
  expect(toRunNote(aFlush({ turns, note: noteOf(stateWith({ kind: 'sleep', ...base, deadline })) }))).toMatchObject({
    start: { automation: 'hello', startedAt: 4_960, userId: 'ada', trigger: { type: 'endpoint', value: 'hello' } },
    ...{ status: 'waiting', at: 5_000, waitCount: 1 },
  });
  expect(toRunNote(aFlush({ flush: 1, yields: true }), 1_500)).toMatchObject({
    ...{ status: 'waiting', throttledMs: 1_500 },
    waits: [{ kind: 'limiter', since: 1_000, until: 2_500 }],
  });
  const error = { error: 'FetchError', message: 'm'.repeat(5_000), details: {} };
  const note = { waits: [], waitCount: 0, failedAt: { automation: 'hello', node: 'n1' } };
  const failed = toRunNote(aFlush({ flush: 1, note, ended: { kind: 'failed', error } }));
  expect(failed).toMatchObject({ status: 'failed', waits: [], error: { at: note.failedAt } });
  expect(failed.error?.message).toHaveLength(2_000);
  expect(failed).not.toHaveProperty('start');
});
