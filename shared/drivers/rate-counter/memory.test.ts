import { rateCounterContract } from '../../testing/contracts/rate-counter';
import { memoryRateCounter } from './memory';

function open() {
  let time = 0;
  return { counter: memoryRateCounter(() => time), pass: (ms: number) => void (time += ms) };
}

rateCounterContract('memory', open);

it('forgets windows that have ended', async () => {
  const { counter, pass } = open();
  for (let n = 0; n < 10_000; n++) await counter.hit(`k${n}`, 10);
  pass(10);
  await counter.hit('one more', 10);
  expect(await counter.hit('k5', 10)).toMatchObject({ count: 1 });
});
