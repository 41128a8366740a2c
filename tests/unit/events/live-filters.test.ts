/** The table of filters, each row matched as it is and found by the index; and the index against random filters. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse } from 'yaml';
import type { Event } from '../../../shared/core/events/event';
import { parseLiveFilter, type LiveFilter } from '../../../shared/core/events/live-filter';
import { compileFilter } from '../../../shared/core/events/matches-filter';
import { mayRead, type Reader } from '../../../shared/core/events/read-rights';
import { createSubscriptionIndex } from '../../../shared/core/events/subscription-index';
import { anEvent } from '../../../shared/testing/builders';

interface Row {
  readonly name: string;
  readonly filters: unknown;
  readonly socket?: string;
  readonly event?: Parameters<typeof anEvent>[0];
  readonly passes?: boolean;
  readonly error?: string;
}
const rows = parse(readFileSync(join(__dirname, '../../events/live-filters.yaml'), 'utf8')) as readonly Row[];
const owner: Reader = { role: 'owner', topics: new Set() };
const jsonOf = (event: Event) => JSON.stringify(event);

it.each(rows.filter(({ error }) => error === undefined))('$name', ({ filters, socket = null, event: over, passes }) => {
  const filter = parseLiveFilter(filters);
  const event = anEvent(over);
  expect(compileFilter(filter).matches(event, socket, jsonOf)).toBe(passes);
  const index = createSubscriptionIndex<string>();
  index.add('acme', filter, owner, 'it');
  if (passes) expect(index.candidates(event).has('it')).toBe(true);
});

it.each(rows.filter(({ error }) => error !== undefined))('refuses $name', ({ filters, error }) => {
  const details = [expect.objectContaining({ path: error })];
  expect(() => parseLiveFilter(filters)).toThrow(expect.objectContaining({ code: 'RequestValidationError', details }));
});

it('refuses filters that are too large', () => {
  const many = Array.from({ length: 101 }, () => ({ 'payload.a': 1 }));
  const values = { 'payload.a': Array.from({ length: 1_000 }, (_, n) => n) };
  for (const filter of [{ payloadQuery: many }, { payloadQuery: values }, { text: 'x'.repeat(1_001) }])
    expect(() => parseLiveFilter(filter)).toThrow(expect.objectContaining({ code: 'RequestValidationError' }));
});

describe('index', () => {
  it('looks at nobody who cannot match, also at nobody who may not read', () => {
    const index = createSubscriptionIndex<string>();
    for (let n = 0; n < 1_000; n++) {
      index.add('acme', { payloadQuery: [{ 'payload.id': [`${n}`] }] }, owner, `field ${n}`);
      index.add('acme', { types: [`t${n}`] }, owner, `type ${n}`);
      index.add('acme', {}, { userId: `u${n}`, sessionId: `s${n}`, topics: new Set([`topic${n}`]) }, `reader ${n}`);
      index.add('other', {}, owner, `elsewhere ${n}`);
    }
    const event = anEvent({
      type: 't1',
      payload: { id: 2 },
      source: { userId: 'u3' },
      target: { userTopic: 'topic4' },
    });
    expect([...index.candidates(event)].sort()).toEqual(['field 2', 'reader 3', 'reader 4', 'type 1']);
  });

  it('forgets what is taken out', () => {
    const index = createSubscriptionIndex<string>();
    const removals = [{ payloadQuery: [{ 'payload.id': ['1', '2'] }] }, { types: ['e'] }, {}].map((filter) =>
      index.add('acme', filter, owner, 'it'),
    );
    for (const remove of removals) remove();
    expect([...index.candidates(anEvent({ type: 'e', payload: { id: 1 } }))]).toEqual([]);
  });

  const value = fc.constantFrom('', '*', 'a', 'b', 'a*', '*a', '1');
  const path = fc.constantFrom(
    'payload.x',
    'payload.y.z',
    'type',
    'source.userId',
    'target.userTopic',
    'source.workspaceId',
  );
  const clause = fc.dictionary(path, fc.array(value, { maxLength: 2 }), { maxKeys: 3 });
  const filter: fc.Arbitrary<LiveFilter> = fc.record(
    { payloadQuery: fc.array(clause, { maxLength: 3 }), types: fc.array(value, { maxLength: 2 }) },
    { requiredKeys: [] },
  );
  const id = fc.option(fc.constantFrom('a', 'b'), { nil: undefined });
  const reader = fc.record({
    userId: id,
    sessionId: id,
    role: fc.constantFrom(undefined, 'owner', 'editor', 'guest'),
    topics: fc.uniqueArray(fc.constantFrom('a', 'b')).map((topics) => new Set(topics)),
  });
  const scalar = fc.constantFrom<unknown>('a', 'ab', 1, '', null, true, ['a', 1], { z: 'a' });
  const event = fc
    .record({
      type: fc.constantFrom('a', 'b', 'ab'),
      x: scalar,
      y: scalar,
      userId: id,
      sessionId: id,
      topic: id,
      target: id,
    })
    .map(({ type, x, y, userId, sessionId, topic, target }) =>
      anEvent({
        type,
        payload: { x, y } as never,
        source: { userId, sessionId },
        target: { ...(topic && { userTopic: topic }), ...(target && { userId: target }) },
      }),
    );

  it.each(['few fields', 'many fields'])('misses nothing that matches and may be read: %s', (size) => {
    fc.assert(
      fc.property(filter, reader, event, (wanted, who, sent) => {
        const index = createSubscriptionIndex<string>();
        if (size === 'many fields')
          for (let n = 0; n < 40; n++)
            index.add('acme', { payloadQuery: [{ [`payload.f${n}`]: ['v'] }] }, owner, 'none');
        index.add('acme', wanted, who, 'it');
        if (compileFilter(wanted).matches(sent, null, jsonOf) && mayRead(sent, who))
          expect(index.candidates(sent).has('it')).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });
});
