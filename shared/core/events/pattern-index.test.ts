import fc from 'fast-check';
import type { Event } from './event';
import { matchPatterns, type Pattern } from './match-filters';
import { createPatternIndex } from './pattern-index';

const anEvent = (type: string, payload: object): Event =>
  ({ id: 'e', type, payload, source: { workspaceId: 'acme', correlationId: 'c' } }) as unknown as Event;

describe('pattern index', () => {
  it('finds what matches, and not what waits for another value', () => {
    const index = createPatternIndex<number>();
    for (let n = 0; n < 1000; n++) index.add('acme', [{ event: 'paid', filters: { 'payload.id': n } }], n);
    index.add('acme', [{ event: 'paid' }], -1);
    index.add('other', [{ event: 'paid', filters: { 'payload.id': 7 } }], -2);
    expect([...index.candidates(anEvent('paid', { id: '7' }))].sort()).toEqual([-1, 7]);
    expect([...index.candidates(anEvent('lost', { id: 7 }))]).toEqual([]);
  });

  it('forgets what is removed, and keeps nothing empty', () => {
    const index = createPatternIndex<number>();
    const patterns: Pattern[] = [{ event: 'paid', filters: { 'payload.id': 1 } }, { event: 'lost' }];
    index.add('acme', patterns, 1);
    index.remove('acme', patterns, 1);
    expect([...index.candidates(anEvent('paid', { id: 1 })), ...index.candidates(anEvent('lost', {}))]).toEqual([]);
  });

  it('misses no match, whatever values are compared', () => {
    const value = fc.oneof(
      fc.constantFrom<unknown>(
        null,
        true,
        false,
        '',
        '0',
        '1',
        '1.0',
        ' 1 ',
        'a',
        'true',
        0,
        1,
        -0,
        1.5,
        [1],
        ['a'],
        [],
        {},
        'null',
      ),
      fc.string({ maxLength: 3 }),
      fc.integer({ min: -2, max: 2 }),
    );
    fc.assert(
      fc.property(value, value, fc.boolean(), (wanted, found, absent) => {
        const index = createPatternIndex<string>();
        const patterns = [{ event: 'e', filters: { 'payload.v': wanted } }] as unknown as Pattern[];
        index.add('acme', patterns, 'it');
        const event = anEvent('e', absent ? {} : { v: found });
        if (matchPatterns(event, patterns)) expect(index.candidates(event).has('it')).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});
