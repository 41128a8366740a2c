import type { Json, JsonObject } from '../../shared/core/json';
import { eventually } from './eventually';
import type { CallStep, RequestStep, Scenario, Step } from './expectations';
import type { StubRequest, StubServer } from './stub-server';

import { type Answer, type WorkspaceClient } from './workspace-client';

export { stubFor } from './stub-answers';

/** What a scenario needs of the product beside its workspace. */
export interface ScenarioWorld {
  readonly client: WorkspaceClient;
  readonly stub: StubServer | null;
  /** Sets the automation's schedule off, as if it were due. */
  trigger(automation: string): Promise<void>;
}

/** Runs the steps in order. Failures name the step. */
export async function runScenario(scenario: Scenario, world: ScenarioWorld): Promise<void> {
  const named = new Map<string, Answer>();
  for (const [i, step] of scenario.steps.entries()) {
    try {
      await runStep(fillIn(step, named), world, named);
    } catch (error) {
      if (error instanceof Error) error.message = `step ${i + 1} (${step.kind}): ${error.message}`;
      throw error;
    }
  }
}

async function runStep(step: Step, world: ScenarioWorld, named: Map<string, Answer>): Promise<void> {
  const { client } = world;
  switch (step.kind) {
    case 'call':
      return call(step, client, named);
    case 'emit':
      return void (await client.emit(step.type, step.payload));
    case 'trigger':
      return world.trigger(step.automation);
    case 'until':
      return void (await client.until(step.type, step.where, {
        count: step.count,
        withinMs: step.withinSeconds * 1000,
      }));
    case 'events':
      return expect(await client.events(step.type, step.where)).toHaveLength(step.count);
    case 'request':
      return expectRequest(step, world.stub);
    case 'pass':
      throw new Error('`pass` belongs to `virtualTime`: here time is real');
  }
}

async function call(step: CallStep, client: WorkspaceClient, named: Map<string, Answer>): Promise<void> {
  const { endpoint, expect: wanted, as, kind: _, ...options } = step;
  const answer = await client.call(endpoint, options);
  if (as !== undefined) named.set(as, answer);
  const { status = answer.status < 300 ? answer.status : 200, headers, body = answer.body } = wanted;
  const shown = Object.fromEntries(Object.keys(headers).map((name) => [name, answer.headers[name]]));
  expect({ status: answer.status, headers: shown, body: answer.body }).toEqual({ status, headers, body });
}

async function expectRequest(step: RequestStep, stub: StubServer | null): Promise<void> {
  const { method, path, query, headers, absent, same, body, count, hungUp } = step;
  const asked = (stub?.requests ?? []).filter((request) => request.method === method && request.path === path);
  expect(asked).toHaveLength(count);
  for (const request of asked) {
    expect(request).toMatchObject({
      headers,
      ...(query !== undefined && { query }),
      ...(body !== undefined && { body }),
    });
    expect(Object.keys(request.headers).filter((name) => absent.includes(name))).toEqual([]);
    if (hungUp) await eventually(`the caller of ${method} ${path} has hung up`, async () => request.hungUp);
  }
  const values = (name: string) => new Set(asked.map((request: StubRequest) => request.headers[name]));
  for (const name of same) expect({ name, values: [...values(name)] }).toEqual({ name, values: [expect.any(String)] });
}

/** Puts `${name.field}` of answers into the texts of a step. */
function fillIn<T>(value: T, named: ReadonlyMap<string, Answer>): T {
  const fill = (part: unknown): unknown => {
    if (typeof part === 'string')
      return part.replace(/\$\{(\w+)\.(\w+)\}/g, (_, name: string, field: string) => {
        const found = named.get(name)?.[field as keyof Answer];
        if (typeof found !== 'string') throw new Error(`\${${name}.${field}}: there is no such answer`);
        return found;
      });
    if (Array.isArray(part)) return part.map(fill);
    if (typeof part === 'object' && part !== null)
      return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, fill(inner)]));
    return part;
  };
  return fill(value) as T;
}

/** The scenario's config with the stub's address in it. */
export const configWithStub = (config: JsonObject, stub: StubServer | null): JsonObject =>
  JSON.parse(JSON.stringify(config).replaceAll('${stub}', stub?.url ?? '')) as JsonObject & Json;
