/** The tables of `tests/apps`: apps and execution rights, from files to what a run shows. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Json, JsonObject } from '../../shared/core/json';
import { mayExecute, type ExecuteRule, type Executed, type Executing } from '../../shared/core/permissions/may-execute';
import { compileSecurity } from '../../shared/core/workspaces/compile-security';
import { indexTriggers } from '../../shared/core/workspaces/trigger-index';
import { answerOf, World, type VirtualRun } from '../../shared/testing/virtual-time/world';
import { compileApps, programsOf, type AppWorkspaces, type Outside } from '../support/app-workspaces';
import { matches } from '../support/workspace-client';
import { cutEverywhere } from './machine/cut-anywhere';

interface Named {
  readonly name: string;
  readonly spec?: number;
}
const read = <T extends Named>(file: string): readonly [string, T][] =>
  (parse(readFileSync(join(__dirname, '../apps', file), 'utf8'), { merge: true }) as T[]).map((one) => [
    one.spec === undefined ? one.name : `${one.spec}: ${one.name}`,
    one,
  ]);

interface ConfigCase extends Named, Outside {
  readonly workspaces: AppWorkspaces;
  readonly config: { readonly [instance: string]: JsonObject };
}
describe('config.yaml', () => {
  it.each(read<ConfigCase>('config.yaml'))('%s', (_, { workspaces, config, ...outside }) => {
    expect(programsOf(compileApps(workspaces), outside).config).toEqual(config);
  });
});

interface DiagnosticCase extends Named {
  readonly workspaces: AppWorkspaces;
  /** `CODE file:line`, and what must be in the message or hint. */
  readonly expect: readonly string[];
  readonly says?: readonly string[];
  /** Instances that a lenient save has; null: refused. */
  readonly lenient?: readonly string[] | null;
}
describe('diagnostics.yaml', () => {
  it.each(read<DiagnosticCase>('diagnostics.yaml'))('%s', (_, { workspaces, says = [], lenient, ...wanted }) => {
    const { diagnostics } = compileApps(workspaces);
    expect(diagnostics.map(({ code, file, line }) => `${code} ${file}:${line}`)).toEqual(wanted.expect);
    const told = diagnostics.map(({ message, hint }) => `${message} (${hint})`).join('\n');
    for (const text of says) expect(told).toContain(text);
    if (lenient === undefined) return;
    const { release } = compileApps(workspaces, false);
    expect(release && Object.keys(release.instances ?? {})).toEqual(lenient);
  });
});

interface SecurityCase extends Named {
  readonly text: string;
  readonly expect?: readonly string[];
  readonly rules?: readonly ExecuteRule[];
}
describe('security.yaml', () => {
  it.each(read<SecurityCase>('security.yaml'))('%s', (_, { text, rules = [], expect: told = [] }) => {
    const found = compileSecurity('security.yml', text);
    expect(found.diagnostics.map(({ code, line, col }) => `${code} ${line}:${col}`)).toEqual(told);
    expect(found.rules).toEqual(rules);
  });
});

interface RightsCase extends Named {
  readonly rules?: readonly ExecuteRule[];
  readonly who?: Executing;
  readonly automation?: Partial<Executed>;
  readonly may: boolean;
}
describe('rights.yaml', () => {
  it.each(read<RightsCase>('rights.yaml'))('%s', (_, { rules = [], who = {}, automation, may }) => {
    expect(mayExecute(rules, who, { slug: 'main', ...automation })).toBe(may);
  });
});

interface RunCase extends Named, Outside {
  readonly workspaces: AppWorkspaces;
  readonly roles?: { readonly [userId: string]: string };
  readonly steps: readonly RunStep[];
}
interface RunStep {
  /** Full slug: called as by its endpoint. */
  readonly call?: string;
  readonly userId?: string;
  readonly args?: JsonObject;
  readonly emit?: string;
  readonly payload?: JsonObject;
  readonly pass?: number;
  /** It has not answered: it waits. */
  readonly waits?: true;
  readonly answer?: Json;
  readonly status?: number;
  readonly error?: string;
  /** So many are there by now. */
  readonly events?: string;
  readonly where?: JsonObject;
  readonly count?: number;
}
describe('runs.yaml', () => {
  it.each(read<RunCase>('runs.yaml'))('%s', (_, example) => {
    play(example, {});
    // And again, stopped after every step.
    play(example, cutEverywhere());
  });
});

function play({ workspaces, roles = {}, steps, ...outside }: RunCase, between: object): void {
  const compiled = compileApps(workspaces, false);
  const programs = programsOf(compiled, outside);
  const triggers = indexTriggers(compiled.release as NonNullable<typeof compiled.release>);
  const world = new World({
    programs: programs.of,
    roles,
    listeners: (type) => (triggers.events.get(type) ?? []).map(({ automation }) => automation),
    now: Date.UTC(2026, 2, 1, 12),
    ...between,
  });
  let last: VirtualRun | undefined;
  for (const step of steps) last = take(step, world) ?? last;
  world.runUntil();
}

function take(step: RunStep, world: World): VirtualRun | undefined {
  const { call, userId, args = {}, emit, payload, pass, events, where = {}, count = 1 } = step;
  if (emit !== undefined) world.emit(emit, payload);
  if (pass !== undefined) world.runUntil(world.now + pass * 1000);
  if (events !== undefined) {
    world.runUntil(world.now);
    expect(world.events.filter((event) => event.type === events && matches(event, where))).toHaveLength(count);
  }
  if (call === undefined) return undefined;
  const run = world.start(call, {
    args,
    identity: userId === undefined ? {} : { userId, sessionId: `s-${userId}` },
    globals: { apiUrl: 'http://api/v2' },
  });
  const given = answerOf(run);
  const error = given?.error?.['error'];
  expect({ status: given?.status, error }).toEqual({
    status: step.waits ? undefined : (step.status ?? 200),
    error: step.error,
  });
  if (step.answer !== undefined) expect(given?.output).toEqual(step.answer);
  return run;
}

it('keeps the code of an app once, however often it is installed', () => {
  const { release, programs, sources } = compileApps({
    acme: { 'imports/a': { appSlug: 'nlu' }, 'imports/b': { appSlug: 'nlu' }, 'automations/main': {} },
    nlu: { 'automations/parse': { do: [{ comment: 'x' }] }, 'automations/helper': {} },
  });
  expect(Object.keys(release?.automations ?? {})).toEqual(['main', 'a.helper', 'a.parse', 'b.helper', 'b.parse']);
  expect([programs.size, sources.size]).toEqual([3, 3]);
});

it('gives another release when an app has changed, and the same when nothing has', () => {
  const release = (value: number) =>
    compileApps({ acme: { 'imports/a': { appSlug: 'nlu' } }, nlu: { 'automations/x': { output: value } } }).release;
  expect(release(1)?.digest).toBe(release(1)?.digest);
  expect(release(1)?.digest).not.toBe(release(2)?.digest);
});

it('stops at 500 instances (APP_LIMIT)', () => {
  const twice = (appSlug: string) => ({ 'imports/x': { appSlug }, 'imports/y': { appSlug } });
  const levels = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`l${i}`, twice(`l${i + 1}`)]));
  const { diagnostics, release } = compileApps({ ...levels, l12: {} });
  expect(new Set(diagnostics.map(({ code }) => code))).toEqual(new Set(['APP_LIMIT']));
  expect(release).toBeNull();
});

describe('triggers of a release with apps', () => {
  const when = { endpoint: true, events: ['e', 'workspaces.apps.installed'], schedules: ['0 9 * * *'] };
  const { release } = compileApps({
    acme: { 'imports/nlu': { appSlug: 'nlu' }, 'automations/own': { when } },
    nlu: {
      'automations/x': { when },
      'automations/p': { private: true, when },
      'automations/d': { disabled: true, when },
    },
  });
  const index = indexTriggers(release as NonNullable<typeof release>);

  it('have the names of their instance, but for what tells of itself', () => {
    expect([...index.endpoints.keys()].sort()).toEqual(['nlu.p', 'nlu.x', 'own']);
    const hears = (automation: string) => ({ release, automation });
    expect(Object.fromEntries(index.events)).toEqual({
      e: [hears('own')],
      'workspaces.apps.installed': [hears('own')],
      'nlu.e': [hears('nlu.p'), hears('nlu.x')],
    });
    expect(index.appEvents.get('workspaces.apps.installed')).toEqual([
      { ...hears('nlu.p'), instance: 'nlu' },
      { ...hears('nlu.x'), instance: 'nlu' },
    ]);
  });

  it('each schedule belongs to one automation; those of private ones are not taken over', () => {
    expect(index.schedules.map(({ automation }) => automation)).toEqual(['nlu.x', 'own']);
  });
});
