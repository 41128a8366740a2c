/** Two hundred saves of one workspace at once: none is lost, none is mixed with another. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiClient, type ApiClient } from '../support/api-client';
import { startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';

jest.setTimeout(120_000);

const folder = servedFolder({ busy: { hot: 'name: Hot\nwhen: { endpoint: true }\ndo: []\n' } });
let product: Product;
let owner: ApiClient;

beforeAll(async () => {
  product = await startProduct(folder.path);
  owner = apiClient(product.url, 'owner-of-the-tests');
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

const text = (n: number): string =>
  `# text ${n}\nname: Hot ${n}\nwhen: { endpoint: true }\ndo: []\noutput: { n: ${n} } # of ${n}\n${`# filler ${n}\n`.repeat(50)}`;
const headers = { 'content-type': 'text/yaml' };

it('stores a hundred different automations and one text whole of a hundred for the same', async () => {
  const numbers = Array.from({ length: 100 }, (_, n) => n);
  const answers = await Promise.all(
    numbers.flatMap((n) => [
      owner.call('PUT', '/workspaces/busy/automations/hot/source', undefined, { text: text(n), headers }),
      owner.call('POST', '/workspaces/busy/automations', { slug: `one-${n}`, name: `One ${n}`, do: [], output: { n } }),
    ]),
  );
  expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  const root = join(folder.path, 'busy');
  const names = readdirSync(join(root, 'automations'));
  expect(names.filter((name) => name.startsWith('one-'))).toHaveLength(100);
  const hot = readFileSync(join(root, 'automations', 'hot.yml'), 'utf8');
  const winner = numbers.find((n) => text(n) === hot);
  expect(winner).toBeDefined();
  expect(await product.workspace('busy').call('hot')).toMatchObject({ status: 200, body: { n: winner } });
  expect(await product.workspace('busy').test('one-57')).toMatchObject({ body: { n: 57 } });
  const paths = ['index.yml', ...names.map((name) => `automations/${name}`)];
  const files = Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
  const { releaseDigest, diagnostics } = await owner.ok('POST', '/workspaces/busy/check', { files });
  expect(diagnostics).toEqual([]);
  const { items, total } = (await owner.ok('GET', '/workspaces/busy/releases?limit=1')) as unknown as {
    items: { digest: string }[];
    total: { value: number };
  };
  expect(items[0]?.digest).toBe(releaseDigest);
  expect(total.value).toBe(201);
});
