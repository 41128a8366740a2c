import type { Event } from '../../shared/core/events/event';
import type { Json, JsonObject } from '../../shared/core/json';
import { expectAnswer } from './expect-answer';
import { expectRequest } from './expect-request';
import type { CallStep, FormPart, Looks, Scenario, Step } from './expectations';
import { complaints, valueAt } from './look';
import type { StubServer } from './stub-server';
import { searchOf, type Answer, type CallOptions, type WorkspaceClient } from './workspace-client';

export { stubFor } from './stub-answers';

/** What a scenario needs of the product beside its workspace. */
export interface ScenarioWorld {
  readonly client: WorkspaceClient;
  /** Another workspace of the same product. */
  workspace(id: string): WorkspaceClient;
  /** Bearer token of a caller by name. */
  tokenOf(caller: string): string;
  readonly stub: StubServer | null;
  /** Sets the automation's schedule off, as if it were due. */
  trigger(automation: string): Promise<void>;
}

type Named = Map<string, Answer>;

/** Runs the steps in order. Failures name the step. */
export async function runScenario(scenario: Scenario, world: ScenarioWorld): Promise<void> {
  await runSteps(scenario.steps, world, new Map());
}

async function runSteps(steps: readonly Step[], world: ScenarioWorld, named: Named): Promise<void> {
  for (const [i, step] of steps.entries()) {
    try {
      await runStep(fillIn(step, named), world, named);
    } catch (error) {
      if (error instanceof Error) error.message = `step ${i + 1} (${step.kind}): ${error.message}`;
      throw error;
    }
  }
}

async function runStep(step: Step, world: ScenarioWorld, named: Named): Promise<void> {
  const { client } = world;
  switch (step.kind) {
    case 'call':
      return call(step, world, named);
    case 'test': {
      const answer = await client.test(step.automation, step.payload);
      if (step.as !== undefined) named.set(step.as, answer);
      return expectAnswer(answer, step.expect);
    }
    case 'emit':
      return void (await client.emit(step.type, step.payload));
    case 'trigger':
      return world.trigger(step.automation);
    case 'until':
      return void (await client.until(step.type, step.where, {
        count: step.count,
        withinMs: step.withinSeconds * 1000,
        only: looksLike(step),
      }));
    case 'events':
      return expect((await client.events(step.type, step.where)).filter(looksLike(step))).toHaveLength(step.count);
    case 'order':
      return expect((await client.events(step.types, step.where)).map(({ type }) => type)).toEqual(step.types);
    case 'request':
      return expectRequest(step, world.stub);
    case 'pass':
      throw new Error('`pass` belongs to `virtualTime`: here time is real');
  }
}

async function call(step: CallStep, world: ScenarioWorld, named: Named): Promise<void> {
  const { endpoint, workspace, method, query, headers, body, key, caller, as } = step;
  const client = workspace === undefined ? world.client : world.workspace(workspace);
  const token: CallOptions['headers'] =
    caller === undefined ? {} : { authorization: `Bearer ${world.tokenOf(caller)}` };
  const answering = client.call(endpoint, {
    ...{ method, query, body, key, headers: { ...token, ...headers } },
    text: step.form ? searchOf(step.form) : step.multipart ? formOf(step.multipart) : step.text,
  });
  answering.catch(() => undefined); // A step meanwhile may fail first.
  await runSteps(step.meanwhile, world, named);
  const answer = await answering;
  if (as !== undefined) named.set(as, answer);
  expectAnswer(answer, step.expect);
}

function formOf(parts: readonly FormPart[]): FormData {
  const form = new FormData();
  for (const { field, value = '', file } of parts) {
    if (!file) form.append(field, value);
    else {
      const content = typeof file.content === 'number' ? new Uint8Array(file.content) : file.content;
      form.append(field, new Blob([content], { type: file.type }), file.name);
    }
  }
  return form;
}

const looksLike =
  (looks: Looks) =>
  (event: Event): boolean =>
    complaints(event, looks).length === 0;

/** Puts `${name.path}` of answers into the texts of a step; a text that is nothing else becomes the value itself. */
function fillIn<T>(value: T, named: Named): T {
  const find = (name: string, path: string): unknown => {
    const found = valueAt(named.get(name), path);
    if (found === undefined) throw new Error(`\${${name}.${path}}: there is no such answer`);
    return found;
  };
  const fill = (part: unknown): unknown => {
    if (typeof part === 'string') {
      const [, name, path] = /^\$\{(\w+)\.([\w.-]+)\}$/.exec(part) ?? [];
      if (name !== undefined && path !== undefined) return find(name, path);
      return part.replace(/\$\{(\w+)\.([\w.-]+)\}/g, (_, of: string, inner: string) => String(find(of, inner)));
    }
    if (Array.isArray(part)) return part.map(fill);
    if (typeof part === 'object' && part !== null)
      return Object.fromEntries(
        // Steps inside may name answers that are not there yet.
        Object.entries(part).map(([name, inner]) => [name, name === 'meanwhile' ? (inner as unknown) : fill(inner)]),
      );
    return part;
  };
  return fill(value) as T;
}

/** The scenario's config with the stub's address in it. */
export const configWithStub = (config: JsonObject, stub: StubServer | null): JsonObject =>
  JSON.parse(JSON.stringify(config).replaceAll('${stub}', stub?.url ?? '')) as JsonObject & Json;
