/** Secrets through the whole product. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../../shared/drivers/sqlite/database';
import { startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';

jest.setTimeout(60_000);

const echo = `
name: Echo
when: { endpoint: true }
arguments: { body: { type: object, properties: { token: { type: string, secret: true } } } }
do:
  - set: { name: session.seen, value: 'it is {{body.token}}' }
output: '{{body.token}}'
`;
const reveal = `
name: Reveal
when: { endpoint: true }
do:
  - set: { name: global.key, value: '{{config.key}}' }
  - wait: { oneOf: [{ event: never, filters: { payload.k: '{{config.key}}' } }], timeout: 1 }
output: { key: '{{config.key}}', other: '{{config.other}}', direct: '{{secret.token}}' }
`;

const WORKSPACE_SECRET = 'workspaceHushHush';
const OSTINATO_SECRETS = JSON.stringify({ guarded: { token: WORKSPACE_SECRET }, elsewhere: { other: 'notMine' } });
const index = `
name: Guarded
config: { value: { key: 'Bearer {{secret.token}}', other: '{{secret.other}}' } }
`;
const folder = servedFolder({ guarded: { 'index.yml': index, echo, reveal } });
let product: Product;

beforeAll(async () => {
  product = await startProduct(folder.path, { OSTINATO_SECRETS });
}, 120_000);
afterAll(async () => {
  await product?.stop(); // Feeds the traces back through the machine: sealed texts are opened for it.
  folder.remove();
}, 120_000);

it('answers with a secret argument, and shows it in no native event (138)', async () => {
  const client = product.workspace('guarded');
  const answer = await client.call('echo', { body: { token: 'mySecretToken' } });
  expect(answer).toMatchObject({ status: 200, body: 'mySecretToken' });
  const mine = { 'source.correlationId': answer.correlationId };
  const [executed] = await client.until('runtime.automations.executed', mine);
  expect(executed?.payload).toMatchObject({ payload: { body: { token: 'REDACTED' } }, output: 'REDACTED' });
  const types = ['runtime.automations.executed', 'runtime.interactions.triggered', 'runtime.webhooks.triggered'];
  expect(JSON.stringify(await client.events(types))).not.toContain('mySecretToken');
});

it('gives a workspace its secrets in its config only, and hides them everywhere', async () => {
  const client = product.workspace('guarded');
  const answer = await client.call('reveal', {});
  expect(answer.body).toEqual({ key: `Bearer ${WORKSPACE_SECRET}`, other: '{{secret.other}}' });
  const mine = { 'source.correlationId': answer.correlationId };
  const [executed] = await client.until('runtime.automations.executed', mine);
  expect(executed?.payload).toMatchObject({ output: { key: 'Bearer REDACTED' } });
  const pending = await client.until('runtime.waits.pending', mine);
  expect(JSON.stringify([executed, pending])).not.toContain(WORKSPACE_SECRET);
  expect(product.output()).not.toContain(WORKSPACE_SECRET);
});

it('keeps traces without readable secrets', async () => {
  await product.interrupt();
  const db = openDatabase(join(product.dataDir, 'ostinato.db'));
  const records = db.all('SELECT record FROM run_flushes');
  const kept = JSON.stringify([records, db.all('SELECT json FROM trace_blobs')]);
  await db.close();
  expect(kept).toContain('REDACTED:');
  expect(kept).not.toContain('mySecretToken');
  expect(kept).not.toContain(WORKSPACE_SECRET);
  expect(readFileSync(join(product.dataDir, 'encryption-keys'), 'utf8').trim()).toHaveLength(44);
});
