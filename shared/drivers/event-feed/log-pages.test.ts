import type { LoggedEvent } from '../../core/events/event';
import { anEvent } from '../../testing/builders';
import { positionText } from '../broker/event-log';
import { pagesOf } from './log-pages';

/** A log that counts the events it was made to read. */
function countingLog() {
  const events: LoggedEvent[] = [];
  let read = 0;
  return {
    append(from: number, to: number) {
      for (let n = from; n <= to; n++) events.push({ position: positionText(n), event: anEvent({ id: String(n) }) });
    },
    after(position: number, limit: number): readonly LoggedEvent[] {
      const found = events.filter((one) => Number(one.position) > position).slice(0, limit);
      read += found.length;
      return found;
    },
    read: () => read,
  };
}

const idsOf = (events: readonly LoggedEvent[]) => events.map(({ event }) => Number(event.id));

it('reads each event once, however many ask for it, also at the end of the log', () => {
  const log = countingLog();
  const pages = pagesOf(log);
  log.append(1, 730);
  for (let n = 0; n < 20; n++) {
    expect(idsOf(pages.after(497, 10))).toEqual([498, 499, 500]);
    expect(idsOf(pages.after(700, 20))).toEqual(Array.from({ length: 20 }, (_, at) => 701 + at));
  }
  expect(log.read()).toBe(730);
});

it('gives what has come since at the end of a page that was not full', () => {
  const log = countingLog();
  const pages = pagesOf(log);
  log.append(1, 3);
  expect(idsOf(pages.after(1, 10))).toEqual([2, 3]);
  log.append(4, 5);
  expect(idsOf(pages.after(1, 10))).toEqual([2, 3, 4, 5]);
  expect(idsOf(pages.after(5, 10))).toEqual([]);
  expect(log.read()).toBe(5);
  log.append(6, 600);
  expect(idsOf(pages.after(499, 10))).toEqual([500]);
  expect(idsOf(pages.after(500, 2))).toEqual([501, 502]);
});

it('passes numbers that are missing', () => {
  const log = countingLog();
  const pages = pagesOf(log);
  log.append(1, 2);
  log.append(900, 1_500);
  expect(idsOf(pages.after(2, 2))).toEqual([900, 901]);
  expect(idsOf(pages.after(899, 2))).toEqual([900, 901]);
  expect(idsOf(pages.after(1_450, 2))).toEqual([1_451, 1_452]);
});
