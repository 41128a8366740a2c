import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { parseSearch } from '../../../shared/core/event-search/parse-search';
import type { JsonObject } from '../../../shared/core/json';
import { SEARCH_LIMITS } from '../../../shared/testing/contracts/event-search';

const ROOT = join(__dirname, '../../..');
const page = readFileSync(join(ROOT, 'docs/event-search.md'), 'utf8');
const blocks = [...page.matchAll(/```json\n([^]*?)```/g)].map(([, text]) => JSON.parse(text ?? '') as JsonObject);

it.each(blocks.map((block) => [JSON.stringify(block.query), block] as const))(
  'the example %s is a search',
  (_, block) => {
    expect(() => parseSearch(block, { now: Date.now(), ...SEARCH_LIMITS })).not.toThrow();
  },
);

it('says how many searches are compared', () => {
  const cases = parse(readFileSync(join(ROOT, 'tests/event-search/cases.yaml'), 'utf8')) as { differs?: string }[];
  expect(page).toContain(`holds ${cases.length} searches`);
  expect(cases.filter(({ differs }) => differs !== undefined)).toHaveLength(1);
});
