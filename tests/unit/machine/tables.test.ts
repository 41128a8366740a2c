/** The tables of `tables/` and `tests/instructions/`: automations as authors write them, and what can be seen of their runs. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { compileAutomation } from '../../../shared/core/automation/compile-automation';
import type { LinkedProgram, ProgramSet } from '../../../shared/core/automation/program';
import { splitFullSlug } from '../../../shared/core/events/app-names';
import type { Json, JsonObject } from '../../../shared/core/json';
import type { RunIdentity, RunTokenKind, StartInput } from '../../../shared/core/run/types';
import { answerOf, World, type FetchStub, type VirtualRun } from '../../../shared/testing/virtual-time/world';
import { cutEverywhere } from './cut-anywhere';

interface Case extends Automation {
  readonly name: string;
  readonly spec?: number | string;
  /** Entries of the reference that it is an example of. */
  readonly shows?: string | readonly string[];
  /** By full slug; `do` and `output` of the case itself are the automation `main`. */
  readonly automations?: { readonly [fullSlug: string]: Automation };
  readonly config?: { readonly [instance: string]: JsonObject };
  readonly args?: JsonObject;
  readonly identity?: RunIdentity;
  readonly start?: Partial<StartInput>;
  readonly limits?: Partial<StartInput['limits']>;
  /** Milliseconds that tokens of a rate limit take to come, by kind. */
  readonly throttle?: { readonly [kind in RunTokenKind]?: number };
  /** Answers of APIs by URL. */
  readonly apis?: { readonly [url: string]: FetchStub };
  /** What happens after the first call of `main`. */
  readonly then?: readonly Happening[];
  /** Output of the (last) answer, its status, its error. */
  readonly answer?: Json;
  readonly status?: number;
  readonly error?: JsonObject;
  /** What was sent before the end of the answer, in order. */
  readonly parts?: readonly JsonObject[];
  /** In how many turns it left. */
  readonly partTurns?: number;
  /** The events, in order, each matched in part; other types are not looked at unless `only` is there. */
  readonly events?: readonly JsonObject[];
  readonly none?: readonly string[];
  /** Calls that were made, in order, those fields of each that are given here; what is null is absent. */
  readonly calls?: readonly JsonObject[];
  /** How many readings of streams there were, and how many streams were let go. */
  readonly readings?: number;
  readonly closed?: number;
}
interface Automation {
  readonly do?: Json;
  readonly output?: Json;
  readonly when?: { readonly events?: readonly string[] };
  readonly arguments?: Json;
  readonly private?: boolean;
  readonly disabled?: boolean;
}
interface Happening {
  readonly emit?: string;
  readonly payload?: JsonObject;
  /** Seconds. */
  readonly pass?: number;
  readonly call?: string;
  readonly args?: JsonObject;
  readonly identity?: RunIdentity;
  readonly correlationId?: string;
  readonly cancel?: string;
  /** Has the first run ended by now? */
  readonly ended?: boolean;
}

const folders = [join(__dirname, 'tables'), join(__dirname, '../../instructions')];
const tables = folders.flatMap((folder) =>
  readdirSync(folder).map((file) => ({
    file,
    cases: parse(readFileSync(join(folder, file), 'utf8'), { merge: true }) as readonly Case[],
  })),
);

describe.each(tables)('$file', ({ cases }) => {
  it.each(cases.map((example) => [titleOf(example), example] as const))('%s', (_title, example) => {
    check(example, {});
    // And again, stopped after every step.
    check(example, cutEverywhere());
  });
});

function titleOf({ name, spec }: Case): string {
  return spec === undefined ? name : `${name} (${spec})`;
}

function check(example: Case, between: ReturnType<typeof cutEverywhere> | object): void {
  const world = worldOf(example, between);
  const { args = {}, identity = {}, start = {} } = example;
  const first = world.start('main', { args, identity, ...start });
  const last = (example.then ?? []).reduce<VirtualRun>((run, step) => happen(world, first, step) ?? run, first);
  world.runUntil();
  expectAnswer(example, last);
  expectParts(example, last);
  expectEvents(example, world);
  expectCalls(example, world);
}

function expectCalls({ calls, readings, closed }: Case, { runs, streams }: World): void {
  const commands = runs.flatMap(({ turns }) => turns.flatMap(({ next }) => next.commands));
  const asked = commands.flatMap((c) => (c.kind === 'fetch' ? [c.request] : []));
  if (calls) expect(asked.map((request, i) => picked(request, calls[i] ?? {}))).toEqual(calls);
  if (readings !== undefined) expect(commands.filter(({ kind }) => kind === 'read')).toHaveLength(readings);
  if (closed !== undefined) expect(streams.closed).toHaveLength(closed);
}

function happen(world: World, first: VirtualRun, step: Happening): VirtualRun | undefined {
  if (step.emit !== undefined) world.emit(step.emit, step.payload);
  if (step.pass !== undefined) world.runUntil(world.now + step.pass * 1000);
  if (step.cancel !== undefined) first.inbox.set('c:cancel', { cancel: { reason: step.cancel } });
  if (step.cancel !== undefined) world.runUntil(world.now);
  if (step.ended !== undefined) expect(first.turns.at(-1)?.next.outcome !== undefined).toBe(step.ended);
  if (step.call === undefined) return undefined;
  const { args = {}, identity = {}, correlationId } = step;
  return world.start(step.call, { args, identity, ...(correlationId !== undefined && { correlationId }) });
}

function worldOf(example: Case, between: object): World {
  const automations = { main: example, ...example.automations };
  const programs: ProgramSet = {
    release: 'r:table',
    automations: Object.fromEntries(Object.entries(automations).map(([name, one]) => [name, compile(name, one)])),
    config: example.config ?? {},
  };
  const apis = example.apis ?? {};
  return new World({
    programs: () => programs,
    now: Date.UTC(2026, 2, 1, 12),
    fetch: ({ url }) =>
      apis[url] ?? { outcome: { err: { error: 'FetchError', message: `no API ${url}`, details: {} } } },
    listeners: (type) =>
      Object.entries(automations)
        .filter(([, { when }]) => when?.events?.includes(type))
        .map(([name]) => name),
    ...(example.limits && { limits: example.limits }),
    throttle: (tokens) =>
      Math.max(0, ...Object.keys(tokens).map((kind) => example.throttle?.[kind as RunTokenKind] ?? 0)),
    ...between,
  });
}

function compile(
  name: string,
  { do: body, output, arguments: declared, private: isPrivate, disabled }: Automation,
): LinkedProgram {
  const { instance, slug } = splitFullSlug(name);
  const document = { name: slug, do: body ?? [], output, arguments: declared, private: isPrivate, disabled };
  const { automation, diagnostics } = compileAutomation({ file: `${slug}.yml`, slug, text: JSON.stringify(document) });
  if (automation === undefined) throw new Error(JSON.stringify(diagnostics));
  return { digest: automation.programDigest, instance, program: automation.program };
}

const picked = (request: object, like: JsonObject): object =>
  Object.fromEntries(Object.keys(like).map((name) => [name, (request as JsonObject)[name] ?? null]));

function expectAnswer({ answer, status, error }: Case, run: VirtualRun): void {
  const given = answerOf(run);
  if (answer !== undefined) expect(given?.output).toEqual(answer);
  if (error !== undefined) expect(given?.error).toMatchObject(error);
  expect(given?.status).toBe(status ?? (error === undefined ? 200 : 400));
}

function expectParts({ parts, partTurns }: Case, { turns }: VirtualRun): void {
  const sent = turns.map(({ next }) => next.commands.flatMap((c) => (c.kind === 'answer' ? [c.part] : [])));
  const all = sent.flat();
  if (parts) expect(all).toMatchObject([...parts.map((part, index) => ({ ...part, index })), { end: {} }]);
  if (all.length > 1) expect(all.map(({ index }) => index)).toEqual(all.map((_, index) => index));
  if (partTurns !== undefined) expect(sent.filter((ofTurn) => ofTurn.length > 0)).toHaveLength(partTurns);
}

function expectEvents({ events = [], none = [] }: Case, world: World): void {
  const wanted = new Set(events.map(({ type }) => type));
  const seen = world.events.filter(({ type }) => wanted.has(type));
  expect(seen).toHaveLength(events.length);
  events.forEach((event, i) => expect(seen[i]).toMatchObject(event));
  expect(world.events.map(({ type }) => type).filter((type) => none.includes(type))).toEqual([]);
}
