import { applyPatch, changeAt, removeAt, type ChangeOp } from '../../../shared/core/run/change-value';
import { MAXIMUM_DEPTH, sizeOf, toJson } from '../../../shared/core/run/to-json';
import type { Json, JsonObject, Value } from '../../../shared/core/json';
import { matchFilters, matchPatterns } from '../../../shared/core/events/match-filters';
import { anEvent } from '../../../shared/testing/builders';

describe('values as JSON would bring them back', () => {
  it.each<readonly [Value, Value]>([
    [undefined, undefined],
    [NaN, null],
    [Infinity, null],
    [
      { a: NaN, b: undefined as unknown as Json, c: [undefined as unknown as Json, -0] },
      { a: null, c: [null, 0] },
    ],
  ])('%j', (before, after) => {
    expect(toJson(before)).toEqual(after);
    expect(JSON.stringify(toJson(before))).toBe(JSON.stringify(after));
  });

  it('keeps what is right already, without a copy', () => {
    const value = { a: [1, { b: 'x' }], ['__proto__']: { y: 1 } };
    expect(toJson(value)).toBe(value);
  });

  it('keeps keys named as parts of JavaScript', () => {
    const value = JSON.parse('{"__proto__": {"x": null}, "constructor": 1}') as JsonObject;
    const broken = { ...value, n: NaN };
    expect(JSON.stringify(toJson(broken))).toBe('{"__proto__":{"x":null},"constructor":1,"n":null}');
  });

  it('refuses what is nested too deeply, in one go or step by step', () => {
    let value: Json = 1;
    for (let i = 0; i < MAXIMUM_DEPTH - 1; i++) value = toJson([value]) as Json;
    expect(() => toJson([value])).not.toThrow();
    expect(() => toJson([[value]])).toThrow('nested too deeply');
    const unknown = (nesting: number) => JSON.parse('['.repeat(nesting) + ']'.repeat(nesting)) as Json;
    expect(() => toJson(unknown(MAXIMUM_DEPTH))).not.toThrow();
    expect(() => toJson(unknown(MAXIMUM_DEPTH + 1))).toThrow('nested too deeply');
  });

  it('knows the size of shared values without walking them', () => {
    let value: Json = 'x';
    for (let i = 0; i < 20; i++) value = toJson([value, value], Infinity) as Json;
    expect(sizeOf(value)).toBeGreaterThan(2 ** 20 * 9);
    expect(() => toJson([value, value])).toThrow('too large');
  });
});

type Change = readonly [path: readonly (string | number)[], op: ChangeOp, value: Value];

describe('changes', () => {
  it.each<readonly [string, Value, Change, Value]>([
    ['a key', { a: 1 }, [['b'], 'replace', 2], { a: 1, b: 2 }],
    ['an item behind the end', [1], [[3], 'replace', 2], [1, null, null, 2]],
    ['nothing removes', { a: { b: 1 } }, [['a', 'b'], 'replace', undefined], { a: {} }],
    ['through null', { a: null }, [['a', 'b'], 'replace', 1], { a: { b: 1 } }],
    ['__proto__', {}, [['__proto__', 'x'], 'replace', 1], JSON.parse('{"__proto__":{"x":1}}')],
    ['push to a scalar', { a: 5 }, [['a'], 'push', 1], { a: [1] }],
    ['merge nothing into a list', [1], [[], 'merge', undefined], [1, null]],
  ])('%s', (_name, before, [path, op, value], after) => {
    const text = JSON.stringify(before);
    expect(JSON.stringify(changeAt(before, path, { op, value }))).toBe(JSON.stringify(after));
    expect(JSON.stringify(before)).toBe(text);
  });

  it.each<readonly [Value, readonly (string | number)[]]>([
    ['text', ['a']],
    [{ a: true }, ['a', 'b']],
    [[1], ['name']],
    [[1], [1_000_000]],
  ])('cannot go into %j by %j', (root, path) => {
    expect(() => changeAt(root, path, { op: 'replace', value: 1 })).toThrow('Invalid set instruction');
  });

  it('in place reach only what is owned', () => {
    const own = new Set<object>();
    const shared = { l: [1] };
    const one = changeAt(shared, ['l'], { op: 'push', value: 2, own });
    const two = changeAt(one, ['l'], { op: 'push', value: 3, own });
    expect(two).toBe(one);
    expect([shared, two]).toEqual([{ l: [1] }, { l: [1, 2, 3] }]);
  });

  it('by removal leave a path that leads nowhere as it is', () => {
    const value = { a: [1, { b: 2 }] };
    for (const path of [['x'], ['a', 9], ['a', 'name'], ['a', 0, 'b'], ['a', 1, 'c']])
      expect(removeAt(value, path)).toBe(value);
    expect(removeAt(value, ['a', 1, 'b'])).toEqual({ a: [1, {}] });
  });

  it('of a stored context never throw, whatever another run has put there', () => {
    const stored = { a: 'text', l: [1] };
    expect(applyPatch(stored, { op: 'replace', path: ['a', 'b'], value: 1 })).toBe(stored);
    expect(applyPatch(stored, { op: 'push', path: ['l'], value: 2 })).toEqual({ a: 'text', l: [1, 2] });
    expect(applyPatch(stored, { op: 'delete', path: ['a'] })).toEqual({ l: [1] });
    expect(applyPatch(stored, { op: 'replace', path: [], value: { new: 1 } })).toEqual({ new: 1 });
    expect(applyPatch(stored, { op: 'replace', path: [], value: 5 })).toBe(stored);
  });
});

describe('filters of waits', () => {
  const event = anEvent({ type: 'a', payload: { id: 7, deep: { list: ['x'] }, 'a b': 1 } });
  it.each<readonly [JsonObject | undefined, boolean]>([
    [undefined, true],
    [{}, true],
    [{ 'payload.id': '7' }, true],
    [{ 'payload.id': 8 }, false],
    [{ 'payload.deep.list[0]': 'x', type: 'a' }, true],
    [{ 'payload["a b"]': 1 }, true],
    [{ 'source.correlationId': 'corr' }, true],
    [{ 'payload.missing': null }, true],
    [{ 'payload.constructor': null }, true],
    [{ '.': 1 }, false],
  ])('%j', (filters, matches) => expect(matchFilters(event, filters)).toBe(matches));

  it('go with their own event only', () => {
    const patterns = [{ event: 'b' }, { event: 'a', filters: { 'payload.id': 1 } }, { event: 'a' }];
    expect(matchPatterns(event, patterns)).toBe(patterns[2]);
    expect(matchPatterns(event, patterns.slice(0, 2))).toBeUndefined();
  });
});
