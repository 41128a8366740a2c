/** Runs the `scenarios` of every `expect.yml` below a folder, on one product that serves all of its workspaces. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expectFilesBelow, loadExpectations } from './load-expectations';
import { OWNER_TOKEN, startProduct, type Product, type Settings } from './product';
import { configWithStub, runScenario, stubFor } from './run-scenario';
import { servedFolder, type ServedFolder } from './served-folder';
import type { StubServer } from './stub-server';
import { triggerSchedule } from './trigger-schedule';

interface SuiteOptions {
  readonly settings?: Settings;
  /** Bearer tokens of callers by name, beside the `owner`. */
  readonly tokens?: { readonly [caller: string]: string };
}

/**
 * Each scenario gets a copy of its workspace under a name of its own, so that none sees the events of another. A workspace
 * without an `expect.yml`, such as one that others install as an app, is served under its own name.
 * @returns the workspaces that have scenarios
 */
export function scenarioSuite(root: string, { settings = {}, tokens = {} }: SuiteOptions = {}): readonly string[] {
  const scenarios = expectFilesBelow(root).flatMap(({ workspace, file }) =>
    loadExpectations(file).scenarios.map((scenario, i) => ({
      workspace,
      copy: `${workspace}-${i + 1}`,
      name: scenario.name,
      scenario,
    })),
  );
  const workspaces = [...new Set(scenarios.map(({ workspace }) => workspace))];
  const others = readdirSync(root).filter((name) => !workspaces.includes(name));
  const stubs = new Map<string, StubServer | null>();
  let folder: ServedFolder;
  let product: Product;

  beforeAll(async () => {
    folder = servedFolder();
    for (const name of others) folder.copy(join(root, name), name, {});
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

  it.each(scenarios)('$workspace: $name', async ({ scenario, copy }) => {
    await runScenario(scenario, {
      client: product.workspace(copy),
      workspace: (id) => product.workspace(id),
      tokenOf: (caller) => tokenOf(caller, tokens),
      stub: stubs.get(copy) ?? null,
      trigger: (automation) => triggerSchedule(product, copy, automation),
    });
  });
  return workspaces;
}

function tokenOf(caller: string, tokens: { readonly [caller: string]: string }): string {
  const token = caller === 'owner' ? OWNER_TOKEN : tokens[caller];
  if (token === undefined) throw new Error(`nobody is called ${caller}; known: owner ${Object.keys(tokens).join(' ')}`);
  return token;
}
