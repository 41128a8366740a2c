/** Runs the `scenarios` of every `expect.yml` below a folder, on a product for each set of settings that they want. */
import { join } from 'node:path';
import { OWNER_TOKEN, startProduct, type Product, type Settings } from './product';
import { runAhead } from './run-ahead';
import { configWithStub, runScenario, stubFor } from './run-scenario';
import { appsBelow, scenarioGroups, type PlacedScenario, type ScenarioGroup } from './scenario-groups';
import { servedFolder, type ServedFolder } from './served-folder';
import type { StubServer } from './stub-server';
import { triggerSchedule } from './trigger-schedule';

/** Scenarios wait far more than they compute. */
const AT_ONCE = 4;

/**
 * Each scenario gets a copy of its workspace under a name of its own, so that none sees the events of another. A workspace
 * without an `expect.yml` is an app of the others, served under its own name, which imports give.
 * @param settings of all products; an `expect.yml` may ask for more
 * @returns the workspaces that have scenarios
 */
export function scenarioSuite(root: string, settings: Settings = {}): readonly string[] {
  const groups = scenarioGroups(root, settings);
  for (const group of groups) suiteOf(root, group);
  return [...new Set(groups.flatMap(({ scenarios }) => scenarios.map(({ workspace }) => workspace)))];
}

function suiteOf(root: string, { settings, scenarios }: ScenarioGroup): void {
  const stubs = new Map<string, StubServer | null>();
  let folder: ServedFolder;
  let product: Product;

  const run = ({ scenario, copy }: PlacedScenario): Promise<void> =>
    runScenario(scenario, {
      client: product.workspace(copy),
      workspace: (id) => product.workspace(id),
      tokenOf: (caller) => tokenOf(caller, settings),
      stub: stubs.get(copy) ?? null,
      trigger: (automation) => triggerSchedule(product, copy, automation),
    });
  const finished = runAhead(
    scenarios.map((placed) => () => run(placed)),
    AT_ONCE,
  );

  describe(`with ${Object.keys(settings).join(', ') || 'no settings'}`, () => {
    beforeAll(async () => {
      folder = servedFolder();
      for (const app of appsBelow(root)) folder.copy(join(root, app), app, {});
      for (const { workspace, copy, scenario } of scenarios) {
        const stub = await stubFor(scenario.stub);
        stubs.set(copy, stub);
        folder.copy(join(root, workspace), copy, configWithStub(scenario.config, stub));
      }
      product = await startProduct(folder.path, settings);
      // Each scenario of a workspace that is not served would fail, and none would say why.
      if (product.output().includes('nothing of it is served')) {
        const told = product.output().match(/"message":"[^"]* error [^"]*"/g) ?? [];
        throw new Error(`a workspace is not served:\n${told.slice(0, 5).join('\n')}`);
      }
    }, 120_000);

    afterAll(async () => {
      await product?.stop();
      for (const stub of stubs.values()) await stub?.close();
      folder.remove();
    }, 120_000);

    const indexed = scenarios.map(({ workspace, name }, index) => ({ workspace, name, index }));
    it.each(indexed)('$workspace: $name', ({ index }) => finished(index));
  });
}

function tokenOf(caller: string, settings: Settings): string {
  const users = JSON.parse(settings['OSTINATO_USERS'] ?? '{}') as { readonly [id: string]: { readonly token: string } };
  const token = caller === 'owner' ? OWNER_TOKEN : users[caller]?.token;
  if (token === undefined) throw new Error(`nobody is called ${caller}; known: owner ${Object.keys(users).join(' ')}`);
  return token;
}
