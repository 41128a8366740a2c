import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json';
import { sha256Hex, shortHash } from './hash';

describe('hashes', () => {
  it.each(['', 'abc', 'é😀', 'x'.repeat(10_000)])('agrees with the sha256 of node for text %#', (text) => {
    expect(sha256Hex(text)).toBe(createHash('sha256').update(text, 'utf8').digest('hex'));
  });

  it('shortens to the first 26 characters of base32', () => {
    // sha256('') = e3b0c442 98fc1c14 ...: 11100 01110 11000 01100 ...
    expect(shortHash('')).toBe('4oymiquy7qobjgx36tejs35zeq');
    expect(shortHash('a')).not.toBe(shortHash('b'));
  });
});

describe('canonicalJson', () => {
  it('does not depend on the order of keys, and keeps the order of lists', () => {
    expect(canonicalJson({ b: [2, 1], a: { d: null, c: 'x' } })).toBe('{"a":{"c":"x","d":null},"b":[2,1]}');
    expect(canonicalJson({ a: { c: 'x', d: null }, b: [2, 1] })).toBe(
      canonicalJson({ b: [2, 1], a: { d: null, c: 'x' } }),
    );
  });

  it('takes keys such as __proto__ as keys', () => {
    expect(canonicalJson(JSON.parse('{"__proto__":1,"constructor":2}'))).toBe('{"__proto__":1,"constructor":2}');
  });

  it('leaves absent fields out and writes what JSON cannot hold as null', () => {
    expect(canonicalJson({ a: undefined as never, b: NaN, c: -0 })).toBe('{"b":null,"c":0}');
  });
});
