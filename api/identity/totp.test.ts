import { newTotpSecret, stepOf, totpAt, totpStep } from './totp';

/** The secret of the RFC, `12345678901234567890`, and its codes cut to six digits. */
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

it.each([
  [59, '287082'],
  [1111111109, '081804'],
  [1111111111, '050471'],
  [1234567890, '005924'],
  [2000000000, '279037'],
  [20000000000, '353130'],
])('at second %d the code is %s', (seconds, code) => {
  expect(totpAt(secret, totpStep(seconds * 1000))).toBe(code);
  expect(stepOf(secret, code, seconds * 1000)).toBe(totpStep(seconds * 1000));
});

it('takes the code before and the one after, and no other', () => {
  const now = 59_000;
  const at = (step: number) => stepOf(secret, totpAt(secret, totpStep(now) + step), now);
  expect([at(-1), at(0), at(1)]).toEqual([0, 1, 2]);
  expect([at(2), at(5)]).toEqual([null, null]);
  for (const code of ['', '28708', '2870820', 'abcdef']) expect(stepOf(secret, code, now)).toBeNull();
});

it('makes secrets of 32 letters', () => {
  expect(newTotpSecret()).toMatch(/^[A-Z2-7]{32}$/);
  expect(newTotpSecret()).not.toBe(newTotpSecret());
});
