/** What `global` shows of the installation: addresses, variables of the environment, workspaces that say they are there. */
import { apiClient, type ApiClient } from '../support/api-client';
import { startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';

jest.setTimeout(60_000);

const shows = `
name: Shows
when: { endpoint: true }
do: [{ set: { name: global.REGION, value: mine } }]
output: { studio: '{{global.studioUrl}}', pages: '{{global.pagesHost}}', region: '{{global.REGION}}', all: '{{global.workspacesRegistry}}' }
`;
const folder = servedFolder({
  shop: { shows },
  known: { 'index.yml': 'name: Known\nslug: known-one\nregisterWorkspace: true\n' },
  shy: { 'index.yml': 'name: Shy\nregisterWorkspace: false\n' },
});
let product: Product;
let owner: ApiClient;

beforeAll(async () => {
  product = await startProduct(folder.path, {
    CONSOLE_URL: 'https://studio.example.org',
    PAGES_HOST: '.pages.example.org',
    ADDITIONAL_GLOBAL_VARS_REGION: 'eu',
  });
  owner = apiClient(product.url, 'owner-of-the-tests');
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

const shown = async () => (await product.workspace('shop').call('shows')).body;
const rest = { studio: 'https://studio.example.org', pages: '.pages.example.org', region: 'eu' };

it('shows addresses and variables of the installation, whatever automations write there', async () =>
  expect(await shown()).toMatchObject(rest));

it('shows the workspaces that register themselves, as they are now', async () => {
  const known = { 'known-one': { id: 'known', name: 'Known' } };
  expect(await shown()).toEqual({ ...rest, all: known });
  const made = await owner.ok('POST', '/workspaces', { name: 'New one', slug: 'new-one', registerWorkspace: true });
  const id = String(made['id']);
  expect(await shown()).toEqual({ ...rest, all: { ...known, 'new-one': { id, name: 'New one' } } });
  await owner.ok('PATCH', `/workspaces/${id}`, { registerWorkspace: false });
  expect(await shown()).toEqual({ ...rest, all: known });
  await owner.ok('PATCH', `/workspaces/${id}`, { registerWorkspace: true });
  await owner.ok('DELETE', `/workspaces/${id}`);
  expect(await shown()).toEqual({ ...rest, all: known });
});
