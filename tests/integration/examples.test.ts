/** Every `expect.yml` of `examples/`, run against the whole product. */
import { join } from 'node:path';
import { expectFilesBelow, loadExpectations } from '../support/load-expectations';
import { startProduct, type Product } from '../support/product';
import { configWithStub, runScenario, stubFor } from '../support/run-scenario';
import { serveApps } from '../support/serve-apps';
import { servedFolder, type ServedFolder } from '../support/served-folder';
import type { StubServer } from '../support/stub-server';
import { triggerSchedule } from '../support/trigger-schedule';

jest.setTimeout(60_000);

const EXAMPLES = join(__dirname, '..', '..', 'examples');

/** Each scenario gets a copy of its workspace, under a name of its own, so that none sees the events of another. */
const scenarios = expectFilesBelow(EXAMPLES).flatMap(({ workspace, file }) =>
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
  serveApps(EXAMPLES, folder.path);
  for (const { workspace, copy, scenario } of scenarios) {
    const stub = await stubFor(scenario.stub);
    stubs.set(copy, stub);
    folder.copy(join(EXAMPLES, workspace), copy, configWithStub(scenario.config, stub));
  }
  product = await startProduct(folder.path);
}, 120_000);

afterAll(async () => {
  await product?.stop();
  for (const stub of stubs.values()) await stub?.close();
  folder.remove();
}, 120_000);

it('has an expectation for every example', () => {
  expect(new Set(scenarios.map(({ workspace }) => workspace)).size).toBe(8);
});

it.each(scenarios)('$workspace: $name', async ({ scenario, copy }) => {
  await runScenario(scenario, {
    client: product.workspace(copy),
    stub: stubs.get(copy) ?? null,
    trigger: (automation) => triggerSchedule(product, copy, automation),
  });
});
