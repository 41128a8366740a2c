/** A run that the engine cannot get on with is told of as blocked, and can be ended. */
import { defineSearchAttributeKey } from '@temporalio/common';
import { RUNS_TASK_QUEUE } from '../../shared/contracts/engine';
import { eventually } from '../support/eventually';
import { OWNER_TOKEN, startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';
import { send } from '../support/workspace-client';

jest.setTimeout(180_000);

const folder = servedFolder({ shop: { answers: 'name: Answers\nwhen: { endpoint: true }\ndo: []\n' } });
let product: Product;

beforeAll(async () => {
  product = await startProduct(folder.path, { OSTINATO_RECONCILE_RUNS: '1' });
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

const headers = { authorization: `Bearer ${OWNER_TOKEN}` };
const runs = (more = '', query = {}) =>
  send(`${product.url}/v2/workspaces/shop/runs${more}`, { method: 'GET', headers, query });

it('shows a run whose program is missing as blocked, in its page and in the list, and terminates it', async () => {
  const { workflow } = await product.temporalClient();
  const key = (name: string, value: string) => ({ key: defineSearchAttributeKey(name, 'KEYWORD'), value });
  const id = 'shop/ghost/1';
  await workflow.start('ghost', {
    workflowId: id,
    taskQueue: RUNS_TASK_QUEUE,
    args: [{}, { $programs: { release: 'r:none', automation: 'ghost' } }],
    typedSearchAttributes: [key('WorkspaceId', 'shop'), key('Automation', 'ghost'), key('Trigger', 'event:x')],
  });
  const path = `/${encodeURIComponent(id)}`;
  const page = await eventually(
    'its page says so',
    async () => {
      const { body } = await runs(path);
      return (body as { status?: string }).status === 'blocked' && body;
    },
    { withinMs: 90_000, everyMs: 500 },
  );
  expect(page).toMatchObject({
    waits: [{ kind: 'blocked', sentence: expect.stringContaining('its task fails again and again') }],
  });
  const listed = await eventually(
    'the list says so',
    async () => {
      const { items } = (await runs('', { status: 'blocked' })).body as unknown as { items: readonly object[] };
      return items.length === 1 && items;
    },
    { withinMs: 90_000, everyMs: 500 },
  );
  expect(listed).toMatchObject([{ id, status: 'blocked', wait: { kind: 'blocked' } }]);
  const body = { action: 'terminate', reason: 'its program is gone' };
  const ended = await send(`${product.url}/v2/workspaces/shop/runs${path}/actions`, { method: 'POST', headers, body });
  expect(ended.body).toMatchObject({ run: { status: 'terminated' } });
  expect(product.output()).not.toContain('could not be compared');
});
