import { hideInside, knownSecrets, mapTexts, redact } from './redact';
import { secretPaths, secretTexts } from './secret-arguments';

const secrets = knownSecrets([' hush ', 'hush-hush', '', '  ', 'hush']);

it('knows trimmed texts, each once, the longest first', () => expect(secrets).toEqual(['hush-hush', 'hush']));

it('hides secrets in texts, inside larger ones, in keys, lists and objects', () =>
  expect(redact({ a: 'hush', b: ['x hush y', 1, null], 'hush-hush': { c: 'hush-hush!hush' } }, secrets)).toEqual({
    a: 'REDACTED',
    b: ['x REDACTED y', 1, null],
    REDACTED: { c: 'REDACTED!REDACTED' },
  }));

it('returns what holds none as it is', () => {
  const value = { a: [{ b: 'c' }] };
  expect(redact(value, secrets)).toBe(value);
  expect(redact(value, [])).toBe(value);
});

it('takes `$&` and `__proto__` for texts like any other', () => {
  expect(hideInside('a$&b', ['$&'])).toBe('aREDACTEDb');
  const shown = redact(JSON.parse('{"__proto__": {"x": "hush"}}') as object, secrets);
  expect(JSON.stringify(shown)).toBe('{"__proto__":{"x":"REDACTED"}}');
});

it('goes through every text and key', () =>
  expect(mapTexts({ a: ['b'] }, (text) => text.toUpperCase())).toEqual({ A: ['B'] }));

it('finds secret arguments at any depth', () => {
  const paths = secretPaths({
    body: { type: 'object', properties: { token: { type: 'string', secret: true }, open: { type: 'string' } } },
    keys: { type: 'array', items: { type: 'object', properties: { key: { secret: true } } } },
    all: { type: 'object', secret: true },
    any: true,
  });
  expect(paths).toEqual([['body', 'token'], ['keys', '*', 'key'], ['all']]);
  const args = { body: { token: 't', open: 'o' }, keys: [{ key: 'k1' }, { key: 'k2' }, 3], all: { x: ['y'], n: 1 } };
  expect(secretTexts(args, paths)).toEqual(['t', 'k1', 'k2', 'y']);
  expect(secretTexts({ body: 'text', keys: { key: 1 } }, paths)).toEqual([]);
});
