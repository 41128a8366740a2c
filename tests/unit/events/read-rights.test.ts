/** The table of read rights, row by row. */
import { mayRead } from '../../../shared/core/events/read-rights';
import { readerOf, rightsCases } from '../../support/rights-cases';

it('has at least 40 rows', () => expect(rightsCases().length).toBeGreaterThanOrEqual(40));

it.each(rightsCases())('$name', ({ event, reader, may }) => {
  expect(mayRead(event, readerOf(reader))).toBe(may);
});
