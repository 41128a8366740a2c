import type { Json, JsonObject } from '../json';
import { applyPatch, type PathPatch } from './apply-patch';

const set = (path: PathPatch['path'], value?: Json, op: PathPatch['op'] = 'replace'): PathPatch => ({
  op,
  path,
  value,
});
const run = (start: JsonObject, ...patches: PathPatch[]) => patches.reduce(applyPatch, start);

describe('applyPatch', () => {
  it.each<[string, JsonObject, PathPatch[], JsonObject]>([
    ['creates parents as objects', {}, [set(['a', 'b', 'c'], 1)], { a: { b: { c: 1 } } }],
    [
      'makes an object of a number on nothing',
      {},
      [set(['arr', 0], 'x'), set(['arr', 2], 'z')],
      { arr: { '0': 'x', '2': 'z' } },
    ],
    [
      'changes, removes and appends items of a list',
      { l: ['a', 'b', 'c'] },
      [set(['l', 1], 'B'), set(['l', 0], undefined, 'delete'), set(['l'], 'new', 'push')],
      { l: ['B', 'c', 'new'] },
    ],
    ['pushes a list as one item', { q: [1] }, [set(['q'], [2, 3], 'push')], { q: [1, [2, 3]] }],
    [
      'merges into a list',
      { m: [1] },
      [set(['m'], [2, 3], 'merge'), set(['m'], 4, 'merge'), set(['m'], { k: 1 }, 'merge')],
      { m: [1, 2, 3, 4, { k: 1 }] },
    ],
    ['replaces what is no list when pushing', { p: 'str' }, [set(['p'], 'x', 'push')], { p: ['x'] }],
    [
      'merges objects one level deep',
      { a: { x: 1, y: { z: 1 } } },
      [set(['a'], { y: { w: 2 } }, 'merge')],
      { a: { x: 1, y: { w: 2 } } },
    ],
    [
      'ignores what is no object when merging into one',
      { c: { k: 1 } },
      [set(['c'], 'str', 'merge'), set(['c'], [1], 'merge'), set(['c'], null, 'merge')],
      { c: { k: 1 } },
    ],
    ['replaces a scalar when merging', { b: 'str' }, [set(['b'], { k: 1 }, 'merge')], { b: { k: 1 } }],
    ['merges into null as into an object', { f: null }, [set(['f'], { k: 2 }, 'merge')], { f: { k: 2 } }],
    ['takes the value when merging into nothing', {}, [set(['n'], 5, 'merge')], { n: 5 }],
    ['creates nothing when it deletes', {}, [set(['nope', 'zip'], undefined, 'delete')], {}],
    ['removes a key', { a: { b: 1, c: 2 } }, [set(['a', 'b'], undefined, 'delete')], { a: { c: 2 } }],
    ['removes a key when it is set to nothing', { a: 1 }, [set(['a'])], {}],
    ['replaces the whole', { a: 1 }, [set([], { b: 2 })], { b: 2 }],
    ['keeps the whole an object', { a: 1 }, [set([], 'x'), set([], 'x', 'push')], { a: 1 }],
    ['fills a gap in a list', { l: [1] }, [set(['l', 3], 4)], { l: [1, null, null, 4] }],
    ['leaves an unknown item alone', { l: [1] }, [set(['l', 3], undefined, 'delete')], { l: [1] }],
  ])('%s', (_name, start, patches, expected) => expect(run(start, ...patches)).toEqual(expected));

  it('treats __proto__ and constructor as keys like any other', () => {
    const changed = run({}, set(['__proto__', 'x'], 1), set(['constructor', 'y'], 2), set(['__proto__', 'z'], 3));
    expect(JSON.stringify(changed)).toBe('{"__proto__":{"x":1,"z":3},"constructor":{"y":2}}');
    expect(({} as { x?: number }).x).toBeUndefined();
    expect(JSON.stringify(run(changed, set(['__proto__', 'x'], undefined, 'delete')))).toBe(
      '{"__proto__":{"z":3},"constructor":{"y":2}}',
    );
  });

  it('leaves the given value alone', () => {
    const start = Object.freeze({ l: Object.freeze([1]), o: Object.freeze({ k: 1 }) });
    expect(run(start, set(['l'], 2, 'push'), set(['o', 'k'], 2))).toEqual({ l: [1, 2], o: { k: 2 } });
    expect(start).toEqual({ l: [1], o: { k: 1 } });
  });

  it.each([[['s', 'x']], [['l', 'x']], [['l', -1]], [['l', 1e9]]])('refuses the path %j', (path) =>
    expect(() => applyPatch({ s: 'str', l: [] }, set(path, 1))).toThrow(
      expect.objectContaining({ code: 'InvalidInstructionError' }),
    ),
  );
});
