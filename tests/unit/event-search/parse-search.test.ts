import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { parseSearch } from '../../../shared/core/event-search/parse-search';
import type { JsonObject } from '../../../shared/core/json';
import { SEARCH_LIMITS } from '../../../shared/testing/contracts/event-search';

const rows = parse(readFileSync(join(__dirname, '../../event-search/refused.yaml'), 'utf8')) as {
  readonly name: string;
  readonly body: JsonObject;
  readonly error: string;
}[];
const search = (body: JsonObject) => parseSearch(body, { now: 0, ...SEARCH_LIMITS });

describe('searches that are refused', () => {
  it.each(rows.map((row) => [row.name, row] as const))('%s', (_, { body, error }) => {
    expect(() => search(body)).toThrow(
      expect.objectContaining({ code: 'SearchError', message: expect.stringContaining(error) }),
    );
  });

  it('have a place in their details', () => {
    const body = { query: { bool: { must: [{ term: {} }] } } };
    expect(() => search(body)).toThrow(expect.objectContaining({ details: { path: 'body.query.bool.must[0].term' } }));
  });

  it.each([
    [
      '257 clauses',
      { bool: { should: Array.from({ length: 257 }, () => ({ match_all: {} })) } },
      'at most 256 clauses',
    ],
    ['1001 terms', { terms: { type: Array.from({ length: 1001 }, (_, i) => `t${i}`) } }, 'at most 1000 values'],
    ['a pattern of 257 characters', { wildcard: { type: '*'.repeat(257) } }, 'at most 256 characters'],
    ['a text of 1001 characters', { query_string: { query: 'a'.repeat(1001) } }, 'at most 1000 characters'],
    ['22 levels', nested(22), 'queries nest at most 20 deep'],
    ['10,000 levels', nested(10_000), 'queries nest at most 20 deep'],
  ])('are too big: %s', (_, query, message) => {
    expect(() => search({ query })).toThrow(message);
  });
});

function nested(depth: number): JsonObject {
  let query: JsonObject = { match_all: {} };
  for (let i = 0; i < depth; i++) query = { bool: { must: [query] } };
  return query;
}
