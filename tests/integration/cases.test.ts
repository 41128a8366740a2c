/** Every `expect.yml` of `tests/cases/` that needs no settings, one workspace a topic, run against the whole product. */
import { join } from 'node:path';
import { expectFilesBelow, loadExpectations } from '../support/load-expectations';
import { startProduct, type Product } from '../support/product';
import { configWithStub, runScenario, stubFor } from '../support/run-scenario';
import { servedFolder, type ServedFolder } from '../support/served-folder';
import type { StubServer } from '../support/stub-server';
import { triggerSchedule } from '../support/trigger-schedule';

jest.setTimeout(60_000);

const CASES = join(__dirname, '..', 'cases');
/** With people and settings of their own: `app-cases.test.ts` runs them. */
const ELSEWHERE = ['apps', 'roles'];

/** Each scenario gets a copy of its workspace, under a name of its own, so that none sees the events of another. */
const scenarios = expectFilesBelow(CASES)
  .filter(({ workspace }) => !ELSEWHERE.includes(workspace))
  .flatMap(({ workspace, file }) =>
    loadExpectations(file).scenarios.map((scenario, i) => ({
      workspace,
      copy: `${workspace}-${i + 1}`,
      name: scenario.name,
      scenario,
    })),
  );

let folder: ServedFolder;
let product: Product;
const stubs = new Map<string, StubServer | null>();

beforeAll(async () => {
  folder = servedFolder();
  for (const { workspace, copy, scenario } of scenarios) {
    const stub = await stubFor(scenario.stub);
    stubs.set(copy, stub);
    folder.copy(join(CASES, workspace), copy, configWithStub(scenario.config, stub));
  }
  product = await startProduct(folder.path);
}, 120_000);

afterAll(async () => {
  await product?.stop();
  for (const stub of stubs.values()) await stub?.close();
  folder.remove();
}, 120_000);

it.each(scenarios)('$workspace: $name', async ({ scenario, copy }) => {
  await runScenario(scenario, {
    client: product.workspace(copy),
    stub: stubs.get(copy) ?? null,
    trigger: (automation) => triggerSchedule(product, copy, automation),
  });
});
