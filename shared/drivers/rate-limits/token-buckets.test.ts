import { tokenBuckets } from './token-buckets';

let now = 1_000_000;
const limits = (perSecond: number, burst: number) =>
  tokenBuckets(
    (id) => (id === 'free' ? undefined : { perSecond, burst }),
    () => now,
  );

it('lets a burst pass, then as many a second as the rate says', () => {
  const buckets = limits(10, 5);
  expect(Array.from({ length: 5 }, () => buckets.take('acme', 'emits', 1))).toEqual([0, 0, 0, 0, 0]);
  expect([buckets.take('acme', 'emits', 1), buckets.take('acme', 'emits', 1)]).toEqual([100, 200]);
  now += 200;
  expect(buckets.take('acme', 'emits', 1)).toBe(100);
  now += 60_000;
  expect(buckets.take('acme', 'emits', 5)).toBe(0);
  expect(buckets.take('acme', 'emits', 1)).toBe(100);
});

it('keeps workspaces and kinds apart', () => {
  const buckets = limits(1, 1);
  expect([buckets.take('a', 'emits', 1), buckets.take('b', 'emits', 1), buckets.take('a', 'fetchs', 1)]).toEqual([
    0, 0, 0,
  ]);
});

it('never fails a wish above the size of the bucket: 500 iterations with a burst of 100', () => {
  expect(limits(1_000, 100).take('acme', 'repeats', 500)).toBe(400);
});

it('takes back what was not used, up to its size', () => {
  const buckets = limits(10, 5);
  buckets.take('acme', 'emits', 5);
  buckets.giveBack('acme', 'emits', 100);
  expect([buckets.take('acme', 'emits', 5), buckets.take('acme', 'emits', 1)]).toEqual([0, 100]);
});

it('limits nothing where there is no rate, and refills nothing when the clock is put back', () => {
  const buckets = limits(10, 1);
  expect(buckets.take('free', 'emits', 1_000)).toBe(0);
  buckets.take('acme', 'emits', 1);
  now -= 5_000;
  expect(buckets.take('acme', 'emits', 1)).toBe(100);
});
