import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { parseSearch } from '../../core/event-search/parse-search';
import { pickFields } from '../../core/event-search/pick-fields';
import type { Json, JsonObject } from '../../core/json';
import { anEvent } from '../builders';
import type { OpenHistory } from './event-history';

interface SearchCase {
  readonly name: string;
  readonly body: JsonObject;
  readonly ids: readonly string[];
  readonly size: number;
  readonly documents?: readonly Json[];
  readonly aggs?: JsonObject;
}

const table = <Row>(name: string): readonly Row[] =>
  parse(readFileSync(join(__dirname, '../../../tests/event-search', `${name}.yaml`), 'utf8')) as Row[];

/** The moment that `now` stands for in the tables. */
const NOW = Date.parse('2026-04-02T00:00:00.000Z');
export const SEARCH_LIMITS = { aggregationDepth: 5, forbiddenAggregations: ['scripted_metric'] };

/** Answers of the search language: the same for every driver. */
export function eventSearchContract(driver: string, open: () => Promise<OpenHistory>): void {
  describe(`Event search: ${driver}`, () => {
    jest.setTimeout(30_000); // A busy machine is no failure.
    let opened: OpenHistory;
    beforeAll(async () => {
      opened = await open();
      const documents = table<Parameters<typeof anEvent>[0] & { id: string }>('documents');
      const events = documents.map((over, index) => ({
        position: String(index + 1).padStart(16, '0'),
        event: anEvent(over),
      }));
      await opened.history.store(events);
      // What must never be found: the same again, elsewhere.
      const elsewhere = events.map(({ event }, index) => ({
        position: String(index + 101).padStart(16, '0'),
        event: { ...event, id: `${event.id}-b`, source: { ...event.source, workspaceId: 'ACME' } },
      }));
      await opened.history.store(elsewhere);
    });
    afterAll(() => opened.close());

    it.each(table<SearchCase>('cases').map((row) => [row.name, row] as const))('%s', async (_, row) => {
      const { source, ...search } = parseSearch(row.body, { now: NOW, ...SEARCH_LIMITS });
      const { hits, total, aggregations } = await opened.history.find('acme', search);
      const documents = hits.map((hit) => pickFields(hit as unknown as JsonObject, source ?? ['*']));
      expect({
        ids: hits.map(({ id }) => id),
        size: total,
        ...(row.documents && { documents }),
        ...(row.aggs && { aggs: aggregations }),
      }).toEqual({
        ids: row.ids,
        size: row.size,
        ...(row.documents && { documents: row.documents }),
        ...(row.aggs && { aggs: row.aggs }),
      });
    });
  });
}
