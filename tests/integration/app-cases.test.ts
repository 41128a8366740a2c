/** `tests/cases/apps` and `tests/cases/roles`: apps and execution rights, over HTTP on the whole product. */
import { join } from 'node:path';
import { expectFilesBelow, loadExpectations } from '../support/load-expectations';
import { startProduct, type Product } from '../support/product';
import { runScenario } from '../support/run-scenario';
import { serveApps } from '../support/serve-apps';
import { servedFolder, type ServedFolder } from '../support/served-folder';
import { triggerSchedule } from '../support/trigger-schedule';

jest.setTimeout(60_000);

const CASES = join(__dirname, '..', 'cases');
const TOPICS = ['apps', 'roles'];

const scenarios = expectFilesBelow(CASES)
  .filter(({ workspace }) => TOPICS.includes(workspace))
  .flatMap(({ workspace, file }) =>
    loadExpectations(file).scenarios.map((scenario, i) => ({
      workspace,
      copy: `${workspace}-${i + 1}`,
      name: scenario.name,
      scenario,
    })),
  );

const user = (id: string, roles: object) => ({ [id]: { token: `${id}-token`, roles } });
const settings = {
  OSTINATO_USERS: JSON.stringify({
    ...user('ann', { '*': 'agent' }),
    ...user('tim', { '*': 'trainee' }),
    ...user('ed', { '*': 'editor' }),
    ...user('joe', { '*': 'guest' }),
    ...user('zoe', { elsewhere: 'agent' }),
  }),
  // Calls of what is not there: told when they are reached, as these cases want to see.
  OSTINATO_DEPLOY: 'lenient',
  'APP_CONFIG_app-nlu_REGION': 'north',
  'APP_CONFIG_app-nlu_lang': 'never',
};

let folder: ServedFolder;
let product: Product;

beforeAll(async () => {
  folder = servedFolder();
  serveApps(CASES, folder.path);
  for (const { workspace, copy, scenario } of scenarios) folder.copy(join(CASES, workspace), copy, scenario.config);
  product = await startProduct(folder.path, settings);
}, 120_000);

afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

it.each(scenarios)('$workspace: $name', async ({ scenario, copy }) => {
  await runScenario(scenario, {
    client: product.workspace(copy),
    stub: null,
    trigger: (automation) => triggerSchedule(product, copy, automation),
  });
});
