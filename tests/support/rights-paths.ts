/** The table of read rights, put to any number of paths by which events reach a reader. */
import type { Event } from '../../shared/core/events/event';
import { mayRead } from '../../shared/core/events/read-rights';
import { readerOf, rightsCases, type ReaderRow } from './rights-cases';

/** One way to be shown events. */
export interface RightsPath {
  readonly name: string;
  /**
   * Ids of what the reader is shown by this path of all that is there; `event` is the one that the row is about, for
   * paths that ask for one.
   */
  ask(reader: ReaderRow, event: Event): Promise<readonly string[]>;
  /** Shows the event of the row only, or all that are there. */
  readonly shows: 'one' | 'all';
}

/** An event for each row; each has a chain and a word of its own. */
export const everything: readonly Event[] = rightsCases().map(({ event }, row) => ({
  ...event,
  id: `row-${row}`,
  payload: { word: `word${row}`, common: 'everywhere' },
  source: { ...event.source, correlationId: `chain-${row}` },
}));

/** What shows everything is asked once for all rows of a reader. */
function oncePerReader({ ask }: RightsPath): RightsPath['ask'] {
  const answers = new Map<string, ReturnType<RightsPath['ask']>>();
  return (reader, event) => {
    const key = JSON.stringify(reader);
    const answer = answers.get(key) ?? ask(reader, event);
    answers.set(key, answer);
    return answer;
  };
}

export function rightsByPaths(paths: readonly RightsPath[]): void {
  const rows = rightsCases().map((row, index) => ({ ...row, event: everything[index] ?? row.event }));
  describe.each(paths)('$name', (path) => {
    const { shows } = path;
    const ask = shows === 'all' ? oncePerReader(path) : path.ask;
    it.each(rows)('$name', async ({ event, reader, may }) => {
      const shown = [...(await ask(reader, event))].sort();
      expect(shown.includes(event.id)).toBe(may);
      const candidates = shows === 'one' ? [event] : everything;
      const allowed = candidates.filter((one) => mayRead(one, readerOf(reader))).map(({ id }) => id);
      expect(shown).toEqual(allowed.sort());
    });
  });
}
