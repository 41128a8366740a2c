/** Apps in a served folder that changes: what is deployed again, what goes on as it was, who is told. */
import { startProduct, type Product } from '../support/product';
import { servedFolder, type ServedFolder } from '../support/served-folder';
import { eventually } from '../support/eventually';

jest.setTimeout(60_000);

const asks = (version: number): string => `
name: Ask
when: { endpoint: true }
do:
  - wait: { oneOf: [{ event: answer }], timeout: 60, output: w }
  - helper: { output: h }
  - emit: { event: asked, payload: { version: ${version}, helper: '{{h}}', lang: '{{config.lang}}' } }
output: ${version}
`;
const helper = (version: number): string => `name: Helper\ndo: []\noutput: ${version}\n`;
const told = `
name: Told of itself
when: { events: [workspaces.apps.installed, workspaces.apps.configured, workspaces.apps.uninstalled] }
do:
  - emit:
      event: told
      payload: { type: '{{run.trigger.value}}', lang: '{{config.lang}}', old: '{{payload.appInstance.oldConfig.lang}}' }
`;
const listens = `
name: Hears of its apps
when: { events: [workspaces.apps.uninstalled] }
do:
  - emit: { event: root.told, payload: { slug: '{{payload.slug}}' } }
`;

let folder: ServedFolder;
let product: Product;

beforeAll(async () => {
  folder = servedFolder({
    acme: { 'imports/nlu.yml': 'appSlug: language\nconfig: { lang: fr }\n', listens },
    // Found by the slug of its index.
    nlu: { 'index.yml': 'name: NLU\nslug: language\nconfig: { lang: en }\n', ask: asks(1), helper: helper(1), told },
  });
  product = await startProduct(folder.path);
}, 120_000);

afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

const released = async (automation: string): Promise<ReadonlySet<unknown>> => {
  const { workflow } = await product.temporalClient();
  const found = new Set<unknown>();
  for await (const run of workflow.list({ query: `Automation = '${automation}' AND WorkspaceId = 'acme'` }))
    found.add(run.searchAttributes['Release']?.[0]);
  return found;
};

it('a saved app comes into force where it is installed; a parked run ends on what it began with', async () => {
  const acme = product.workspace('acme');
  const parked = acme.call('nlu.ask');
  await acme.until('runtime.waits.pending', { 'source.appInstanceFullSlug': 'nlu' });
  await eventually('the run waits', async () => (await released('nlu.ask')).size === 1);
  folder.write('nlu', { ask: asks(2), helper: helper(2) });
  await eventually('the new release', () => product.output().includes('acme: deployed') && deployedTwice('acme'));
  const fresh = acme.call('nlu.ask');
  await eventually('the run of the new release', async () => (await released('nlu.ask')).size === 2);
  await eventually('both have their answer', async () => {
    await acme.emit('nlu.answer');
    return (await acme.events('nlu.asked')).length === 2;
  });
  expect((await acme.events('nlu.asked')).map(({ payload }) => payload)).toEqual(
    expect.arrayContaining([
      { version: 1, helper: 1, lang: 'fr' },
      { version: 2, helper: 2, lang: 'fr' },
    ]),
  );
  expect([(await parked).body, (await fresh).body]).toEqual([1, 2]);
});

const deployedTwice = (workspace: string): boolean => product.output().split(`${workspace}: deployed`).length > 2;

it('an instance hears of its own configuration, and of its end with what it was', async () => {
  const acme = product.workspace('acme');
  await acme.until('nlu.told', { payload: { type: 'workspaces.apps.installed', lang: 'fr' } });
  folder.write('acme', { 'imports/nlu.yml': 'appSlug: language\nconfig: { lang: de }\n' });
  await acme.until('nlu.told', { payload: { type: 'workspaces.apps.configured', lang: 'de', old: 'fr' } });
  folder.delete('acme', 'imports/nlu.yml');
  await acme.until('nlu.told', { payload: { type: 'workspaces.apps.uninstalled', lang: 'de' } });
  await acme.until('root.told', { payload: { slug: 'nlu' } });
  const events = await acme.events([
    'workspaces.apps.installed',
    'workspaces.apps.configured',
    'workspaces.apps.uninstalled',
  ]);
  expect(events.map(({ type, source, payload }) => [type.split('.')[2], source.appSlug, payload?.['slug']])).toEqual([
    ['installed', 'language', 'nlu'],
    ['configured', 'language', 'nlu'],
    ['uninstalled', 'language', 'nlu'],
  ]);
  expect(await acme.events('nlu.told')).toHaveLength(3);
  expect((await acme.call('nlu.ask')).status).toBe(404);
});

it('an app that breaks leaves the installing workspace as it was; one that comes later is found', async () => {
  folder.write('shop', {
    'index.yml': 'name: Shop\n',
    'imports/pay.yml': 'appSlug: bank\n',
    main: 'name: m\nwhen: { endpoint: true }\ndo:\n  - pay.go: { output: r }\noutput: "{{r}}"\n',
  });
  await eventually('the refusal', () => product.output().includes('shop: 1 error, not deployed'));
  expect(product.output()).toContain('There is no app `bank`');
  folder.write('bank', { 'index.yml': 'name: Bank\n', go: 'name: Go\ndo: []\noutput: paid\n' });
  const shop = product.workspace('shop');
  await eventually('the app is found', async () => (await shop.call('main')).body === 'paid');
  folder.write('bank', { go: 'name: Go\ndo:\n  - emitt: {}\n' });
  await eventually('the refusal of both', () =>
    product.output().includes('The app `bank` has an error: bank/automations/go.yml:3'),
  );
  expect((await shop.call('main')).body).toBe('paid');
});
