/**
 * `node scripts/compare-search.mjs URL [--write]`: puts the cases of `tests/event-search` to an Elasticsearch 7 (its
 * Apache-2.0 build is enough) and tells where its answers differ. `--write` takes its answers into the table.
 * Makes an index of its own and deletes it again.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parse, parseDocument } from 'yaml';

const FOLDER = join(import.meta.dirname, '..', 'tests', 'event-search');
const INDEX = `ostinato-search-${process.pid}`;
const [url, ...flags] = process.argv.slice(2);
if (!url) throw new Error('Give the address of an Elasticsearch, such as http://localhost:9200');

/** As the history maps events; `payload` stands for a flattened field, which only the licensed build has. */
const mapping = {
  settings: {
    number_of_shards: 1,
    analysis: {
      tokenizer: { words: { type: 'pattern', pattern: '[^\\p{L}\\p{N}]+' } },
      analyzer: { words: { type: 'custom', tokenizer: 'words', filter: ['lowercase', 'asciifolding'] } },
    },
    query: { default_field: 'text' },
  },
  mappings: {
    dynamic_templates: [
      ...['string', 'long', 'double', 'boolean'].map((kind) => ({
        [`payload_${kind}`]: { path_match: 'payload.*', match_mapping_type: kind, mapping: { type: 'keyword' } },
      })),
      { texts: { match_mapping_type: 'string', mapping: { type: 'keyword' } } },
    ],
    properties: {
      createdAt: { type: 'date' },
      size: { type: 'integer' },
      position: { type: 'long' },
      text: { type: 'text', analyzer: 'words' },
      source: { properties: { appInstanceDepth: { type: 'integer' }, automationDepth: { type: 'integer' } } },
    },
  },
};

const values = (value) =>
  value === null || value === undefined
    ? []
    : typeof value === 'object'
      ? Object.values(value).flatMap(values)
      : [`${value}`];

async function call(method, path, body) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'application/x-ndjson' : 'application/json';
  const response = await fetch(`${url}/${path}`, { method, body: text, headers: { 'content-type': type } });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer.error)}`);
  return answer;
}

/** Our body -> theirs. */
function translate({ limit, page = 0, from, size, source, sort, scope: _scope, ...rest }) {
  const keys = sort === undefined ? [{ createdAt: 'desc' }] : [sort].flat();
  const [first] = keys;
  const direction = typeof first === 'string' ? 'asc' : Object.values(first).map((one) => one.order ?? one)[0];
  const length = size ?? limit ?? 100;
  return {
    ...rest,
    size: length,
    from: from ?? page * length,
    ...(source && { _source: source }),
    sort: [...keys, { position: direction }],
  };
}

async function main() {
  await call('PUT', INDEX, mapping);
  const documents = parse(readFileSync(join(FOLDER, 'documents.yaml'), 'utf8'));
  const lines = documents.flatMap((document, index) => [
    { index: { _index: INDEX, _id: document.id } },
    { ...document, position: index + 1, text: values(document) },
  ]);
  await call('POST', '_bulk?refresh=true', lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const file = join(FOLDER, 'cases.yaml');
  const table = parseDocument(readFileSync(file, 'utf8'));
  let different = 0;
  for (const [index, one] of table.toJS().entries()) {
    if (one.differs) continue;
    const { hits, aggregations } = await call('POST', `${INDEX}/_search`, translate(one.body));
    const answer = {
      ids: hits.hits.map(({ _id }) => _id),
      size: hits.total.value,
      ...(one.body.source && { documents: hits.hits.map(({ _source }) => _source) }),
      ...(aggregations && { aggs: aggregations }),
    };
    if (flags.includes('--write')) for (const [key, value] of Object.entries(answer)) table.setIn([index, key], value);
    const expected = Object.fromEntries(Object.keys(answer).map((key) => [key, one[key]]));
    if (isDeepStrictEqual(answer, expected)) continue;
    different++;
    console.log(`${one.name}\n  table         ${JSON.stringify(expected)}\n  elasticsearch ${JSON.stringify(answer)}`);
  }
  if (flags.includes('--write')) writeFileSync(file, table.toString({ lineWidth: 0, flowCollectionPadding: true }));
  console.log(`${different} of ${table.contents.items.length} cases differ`);
  process.exitCode = different > 0 && !flags.includes('--write') ? 1 : 0;
}

main().finally(() => call('DELETE', INDEX, {}).catch(() => undefined));
