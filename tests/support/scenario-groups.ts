import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Scenario } from './expectations';
import { expectFilesBelow, loadExpectations } from './load-expectations';
import type { Settings } from './product';

/** A scenario and the copy of its workspace, which no other scenario touches. */
export interface PlacedScenario {
  readonly workspace: string;
  readonly copy: string;
  readonly name: string;
  readonly scenario: Scenario;
}

/** Scenarios of all workspaces that want the same settings: one product serves them. */
export interface ScenarioGroup {
  readonly settings: Settings;
  readonly scenarios: readonly PlacedScenario[];
}

/** @param common settings of all; those of an `expect.yml` are put over them */
export function scenarioGroups(root: string, common: Settings): readonly ScenarioGroup[] {
  const groups = new Map<string, { settings: Settings; scenarios: PlacedScenario[] }>();
  for (const { workspace, file } of expectFilesBelow(root)) {
    const { settings: own, scenarios } = loadExpectations(file);
    if (scenarios.length === 0) continue;
    const settings = { ...common, ...own };
    const key = JSON.stringify(Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1)));
    const group = groups.get(key) ?? { settings, scenarios: [] };
    groups.set(key, group);
    scenarios.forEach((scenario, i) => group.scenarios.push(placed(workspace, `${workspace}-${i + 1}`, scenario)));
  }
  return [...groups.values()];
}

const placed = (workspace: string, copy: string, scenario: Scenario): PlacedScenario => ({
  ...{ workspace, copy, name: scenario.name },
  scenario: JSON.parse(JSON.stringify(scenario).replaceAll('${workspace}', copy)) as Scenario,
});

/** Workspaces without expectations are apps of the others. */
export const appsBelow = (root: string): readonly string[] =>
  readdirSync(root).filter(
    (name) => existsSync(join(root, name, 'index.yml')) && !existsSync(join(root, name, 'expect.yml')),
  );
