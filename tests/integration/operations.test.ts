/** Every operation of every contract is asked over HTTP, and what it answers is what the contract says. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { contractFile, operationsOf, readContract, type OpenApiDocument } from '../../api/http/openapi';
import type { Json } from '../../shared/core/json';
import { eventually } from '../support/eventually';
import { OWNER_TOKEN, startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';
import { send } from '../support/workspace-client';

jest.setTimeout(120_000);

const ROOT = join(__dirname, '..', '..');
const services = readdirSync(join(ROOT, 'shared/contracts/openapi')).map((name) => name.replace(/\.yaml$/, ''));

interface Row {
  readonly operation: string;
  readonly params?: { readonly [name: string]: string };
  readonly query?: { readonly [name: string]: string };
  readonly body?: Json;
  /** Sent as YAML, instead of a body. */
  readonly text?: string;
  readonly as?: 'nobody';
  readonly status: number;
}

/** An operation that needs more than one request: another test makes it, by this call. */
interface Elsewhere {
  readonly operation: string;
  readonly elsewhere: string;
  readonly call: string;
}

const rowsOf = (service: string) =>
  parse(readFileSync(join(ROOT, `tests/operations/${service}.yaml`), 'utf8')) as readonly (Row | Elsewhere)[];
const isElsewhere = (row: Row | Elsewhere): row is Elsewhere => 'elsewhere' in row;

const answers = `
name: Answers
do: []
when: { endpoint: true }
output: { said: '{{body.say}}' }
`;
const parks = `
name: Parks
when: { events: [asked] }
do: [wait: { oneOf: [{ event: go.on }], timeout: 3600 }]
`;
const tools = 'name: Tools\nphoto: data:image/png;base64,AA==\ndescription: Parks\n';
const folder = servedFolder({ shop: { answers, parks }, spare: { parks }, tools: { 'index.yml': tools, parks } });
let product: Product;
let run = '';
/** The first file that a row has made. */
let file = '';

beforeAll(async () => {
  product = await startProduct(folder.path);
  run = (await product.workspace('shop').call('answers')).runId;
  await eventually(
    'the run is listed',
    async () => (await ask({ operation: 'getRun', params: { runId: run }, status: 200 }, 'runs')).status === 200,
  );
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

function operationOf(service: string, row: Row) {
  const found = operationsOf(readContract(contractFile(service))).find(
    ({ operationId }) => operationId === row.operation,
  );
  if (!found) throw new Error(`${service} has no operation ${row.operation}`);
  return found;
}

function ask(row: Row, service: string) {
  const { path, method } = operationOf(service, row);
  const params: { readonly [name: string]: string } = { workspaceId: 'shop', ...row.params };
  const url = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent((params[name] ?? '').replace('${run}', run).replace('${file}', file)),
  );
  return send(product.url + url, {
    method: method.toUpperCase(),
    ...(row.query && { query: row.query }),
    ...(row.body !== undefined && { body: row.body }),
    ...(row.text !== undefined && { text: row.text }),
    headers: {
      ...(row.as !== 'nobody' && { authorization: `Bearer ${OWNER_TOKEN}` }),
      ...(row.text !== undefined && { 'content-type': 'application/yaml' }),
    },
  });
}

/** Check of the answer's body; undefined where the contract says nothing of it. */
function answerCheck(document: OpenApiDocument, row: Row, service: string): ValidateFunction | undefined {
  const { path, method } = operationOf(service, row);
  const { responses } = document.paths[path]?.[method] as { responses: { [status: string]: object } };
  const status = Object.hasOwn(responses, row.status) ? String(row.status) : 'default';
  const base = `#/paths/${path.replaceAll('~', '~0').replaceAll('/', '~1')}/${method}/responses/${status}`;
  const response = responses[status] as { $ref?: string; content?: { [type: string]: object } };
  const at = response.$ref ?? base;
  const found = at
    .slice(2)
    .split('/')
    .reduce<unknown>(
      (node, key) =>
        (node as { [name: string]: unknown } | undefined)?.[key.replaceAll('~1', '/').replaceAll('~0', '~')],
      document,
    ) as { content?: { [type: string]: object } };
  if (!found.content?.['application/json']) return undefined;
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addSchema(document, 'contract');
  return ajv.compile({ $ref: `contract${encodeURI(at).replaceAll('%23', '#')}/content/application~1json/schema` });
}

describe.each(services)('%s', (service) => {
  const all = rowsOf(service);
  const rows = all.filter((row): row is Row => !isElsewhere(row));
  const document = readContract(contractFile(service));

  it('is asked for each of its operations with success', () => {
    const asked = new Set([
      ...rows.filter(({ status }) => status < 300).map(({ operation }) => operation),
      ...all.filter(isElsewhere).map(({ operation }) => operation),
    ]);
    expect([...asked].sort()).toEqual(
      operationsOf(document)
        .map(({ operationId }) => operationId)
        .sort(),
    );
    for (const { elsewhere, call } of all.filter(isElsewhere))
      expect(readFileSync(join(ROOT, elsewhere), 'utf8')).toContain(call);
  });

  it.each(rows.map((row, i) => [`${i + 1}: ${row.operation} ${row.as ?? 'owner'}`, row.status, row] as const))(
    '%s answers %i',
    async (_, status, row) => {
      const answer = await ask(row, service);
      expect([answer.status, answer.body]).toEqual([status, expect.anything()]);
      if (row.operation === 'uploadFiles' && status === 200) file = (answer.body as [{ id: string }])[0].id;
      const check = answerCheck(document, row, service);
      if (check && !check(answer.body)) throw new Error(`not as the contract says: ${JSON.stringify(check.errors)}`);
    },
  );
});
