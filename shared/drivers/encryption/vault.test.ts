import { randomBytes } from 'node:crypto';
import { disguisesOf } from './disguises';
import { createKeyring } from './keyring';
import { createVault, isSealed } from './vault';

const [key, other] = [randomBytes(32), randomBytes(32)];
const vault = createVault(createKeyring([key]));

it('seals texts so that only who has the key opens them', () => {
  const sealed = vault.seal('{"token":"hush"}');
  expect(sealed).not.toContain('hush');
  expect(isSealed(sealed)).toBe(true);
  expect(vault.open(sealed)).toBe('{"token":"hush"}');
  expect(createVault(createKeyring([other, key])).open(sealed)).toBe('{"token":"hush"}');
  expect(() => createVault(createKeyring([other])).open(sealed)).toThrow(/The encryption key [0-9a-f]{12} is missing/);
});

it('opens nothing that a user wrote: a column of JSON is never sealed text', () => {
  const pretended = JSON.stringify(vault.seal('{}'));
  expect(vault.open(pretended)).toBe(pretended);
});

it('says that a sealed value was changed', () => {
  const sealed = vault.seal('{}');
  const changed = sealed.slice(0, -1) + (sealed.endsWith('A') ? 'B' : 'A');
  expect(() => vault.open(`${changed}AAAA`)).toThrow('A sealed value of the store was changed');
});

describe('disguises of a secret', () => {
  const secret = 'p"ss/w\u00f6rd?1';
  it.each([
    ['as it is', secret],
    ['in JSON inside a text', JSON.stringify({ secret })],
    ['in a URL', `https://x.test/${encodeURIComponent(secret)}`],
    ...[0, 1, 2, 3].flatMap((n) => [
      [`in base64 behind ${n} bytes`, Buffer.from(`${'u'.repeat(n)}${secret}:and more`).toString('base64')],
      [`in base64url behind ${n} bytes`, Buffer.from(`${'u'.repeat(n)}${secret}`).toString('base64url')],
    ]),
  ])('are found %s', (_how, text) => {
    expect(disguisesOf(secret).some((look) => text.includes(look))).toBe(true);
  });

  it('of a short one are no base64, which would be found by chance', () => {
    expect(disguisesOf('abc')).toEqual(['abc']);
    expect(disguisesOf('\ud800 lone')).toContain('\ud800 lone');
  });
});
