import fc from 'fast-check';
import { parseDateMath } from '../../../shared/core/event-search/date-math';
import { matchesWildcard } from '../../../shared/core/event-search/matches';
import { keysOfEvent, keysOfReader } from '../../../shared/core/event-search/reader-keys';
import { EMIT_TOPIC } from '../../../shared/core/events/event';
import { mayRead } from '../../../shared/core/events/read-rights';
import { anEvent } from '../../../shared/testing/builders';

const id = fc.option(fc.constantFrom('a', 'b'), { nil: undefined });
const without = <T extends object>(value: T): Partial<T> =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Partial<T>;

it('keys say the same as the rule, for every event and reader', () => {
  const events = fc.record({
    type: fc.constantFrom('x', 'apikeys.created', 'runtime.contexts.updated', 'error'),
    source: fc.record({ userId: id, sessionId: id, serviceTopic: fc.constantFrom(EMIT_TOPIC, 'error') }),
    target: fc.option(fc.record({ userId: id, sessionId: id, userTopic: id }), { nil: undefined }),
  });
  const readers = fc.record({
    userId: id,
    sessionId: id,
    role: fc.constantFrom(undefined, 'visitor'),
    topics: fc.uniqueArray(fc.constantFrom('a', 'b')),
  });
  fc.assert(
    fc.property(events, readers, ({ type, source, target }, { topics, ...who }) => {
      const event = anEvent({ type, source: without(source), ...(target && { target: without(target) }) });
      const reader = { ...without(who), topics: new Set(topics) };
      const shared = keysOfReader(reader)?.some((key) => keysOfEvent(event).includes(key));
      expect(shared).toBe(mayRead(event, reader));
    }),
    { numRuns: 2_000 },
  );
});

it('wildcards match as regular expressions would', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 12 });
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '.'), maxLength: 8 });
  const toRegExp = (wild: string) =>
    new RegExp(`^${wild.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.')}$`, 'u');
  fc.assert(
    fc.property(text, pattern, (given, wild) => expect(matchesWildcard(given, wild)).toBe(toRegExp(wild).test(given))),
    { numRuns: 5_000 },
  );
});

it('a hostile wildcard takes no time', () => {
  const began = performance.now();
  expect(matchesWildcard('a'.repeat(100_000), `${'*a'.repeat(100)}b`)).toBe(false);
  expect(performance.now() - began).toBeLessThan(1_000);
});

it.each([
  ['now', '2026-03-15T10:30:00.000Z'],
  ['now-1d', '2026-03-14T10:30:00.000Z'],
  ['now/d', '2026-03-15T00:00:00.000Z'],
  ['now-1M/M+2h', '2026-02-01T02:00:00.000Z'],
  ['now/w', '2026-03-09T00:00:00.000Z'],
  ['2024-02-29||-1y', '2023-02-28T00:00:00.000Z'],
  ['2026-01-31||+1M', '2026-02-28T00:00:00.000Z'],
  ['2026-03-15T10:30:00+0200', '2026-03-15T08:30:00.000Z'],
  ['2026-02-30', null],
  ['now+', null],
  ['now/2d', null],
  ['yesterday', null],
])('%s is %s', (text, wanted) => {
  const time = parseDateMath(text, Date.parse('2026-03-15T10:30:00.000Z'), false);
  expect(time === undefined ? null : new Date(time).toISOString()).toBe(wanted);
});
