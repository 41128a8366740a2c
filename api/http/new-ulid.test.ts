import { newUlid } from './new-ulid';

it('is an ULID of the time it is given', () => {
  expect(newUlid(0)).toMatch(/^0{10}[0-9A-HJKMNP-TV-Z]{16}$/);
});

it('differs each time, and uses the whole alphabet', () => {
  const ids = Array.from({ length: 2_000 }, () => newUlid(0));
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(ids.flatMap((id) => [...id.slice(10)])).size).toBe(32);
});
