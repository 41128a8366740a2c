/** One execution of an automation inside a run: how it begins and how it ends. */
import { assertArguments } from '../arguments/assert-arguments';
import { fail } from '../errors/errors';
import { prefixed, splitFullSlug } from '../events/app-names';
import { render } from '../expression/evaluate/render';
import type { Json, JsonObject } from '../json';
import { mayExecute } from '../permissions/may-execute';
import { nativeEvent, sourceIn, withoutCredentials } from './events';
import { goOn, killFibresOf, truncateFibre } from './fibres';
import { noteSecrets } from './note-secrets';
import { loadProgram, nodeOf, type LoadedProgram } from './load-programs';
import type { Machine } from './machine';
import { present } from './read-variable';
import { scopeOnTop } from './scope-on-top';
import { toJson } from './to-json';
import { writeOutput } from './write-output';
import { makeScope, type CallFrame, type WorkFibre, type WorkFrame, type WorkScope } from './work';
import type { Scope } from './types';

/**
 * Begins the called automation in this fibre.
 * @throws ObjectNotFoundError, ForbiddenError, InvalidArgumentsError, TooManyCallError
 */
export function enterAutomation(
  machine: Machine,
  fibre: WorkFibre,
  node: string,
  { name, args, streams = [] }: Call,
): void {
  const caller = fibre.scope;
  const program = findAutomation(machine, caller.program, name);
  if (program === undefined) throw fail('ObjectNotFoundError', 'Automation not found', { automation: name });
  noteSecrets(machine, args, program.linked.program.secretArguments);
  assertMayExecute(machine, program);
  // A schema sees a stream as an object: it is none, but it is there.
  const given = streams.length === 0 ? args : { ...args, ...Object.fromEntries(streams.map((key) => [key, {}])) };
  assertArguments(program.linked.program.arguments, given);
  const trigger = { type: 'automation', value: caller.program.name } as const;
  const scope = openScope(machine, program, { args, streams, trigger, depth: caller.facts.depth });
  fibre.frames.push(...framesOf(scope, node));
  fibre.scope = scope;
}

/** `name` as written: `<slug>` or `<instance>.<slug>`. */
export interface Call {
  readonly name: string;
  readonly args: JsonObject;
  /** Arguments that stand for the answer's stream; not among `args`. */
  readonly streams?: readonly string[];
}

/**
 * Begins the run's own automation, in a fibre of its own. Its arguments were validated before the run started, except
 * those of a schedule, which the engine starts itself.
 * @throws ForbiddenError, InvalidArgumentsError, TooManyCallError
 */
export function beginRun(machine: Machine, program: LoadedProgram, begin: Begin): WorkFibre {
  noteSecrets(machine, begin.args, program.linked.program.secretArguments);
  assertMayExecute(machine, program);
  if (begin.trigger.type === 'schedule') assertArguments(program.linked.program.arguments, begin.args);
  // Only who was called over HTTP has somebody to talk to.
  const streams = begin.trigger.type === 'endpoint' ? ['$http'] : [];
  const scope = openScope(machine, program, { ...begin, streams });
  return machine.addFibre(scope, framesOf(scope, null), undefined);
}

/** Asked at each execution, for whom the run acts just now. @throws ForbiddenError */
function assertMayExecute({ programs, identity }: Machine, { name, linked: { program } }: LoadedProgram): void {
  if (mayExecute(programs.rules ?? [], identity, program)) return;
  throw fail('ForbiddenError', `You may not execute ${name}`, {
    action: 'execute',
    subjectType: 'automations',
    id: name,
    ...(program.authorizations && { authorizations: program.authorizations }),
  });
}

/** `depth`: executions before this one in the chain. */
interface Begin {
  readonly args: JsonObject;
  readonly trigger: Scope['trigger'];
  readonly depth: number;
  /** Lost before it began. */
  readonly throttledMs?: number;
}

interface Opening extends Begin {
  readonly streams: readonly string[];
}

function openScope(machine: Machine, program: LoadedProgram, opening: Opening): WorkScope {
  const { args, streams, trigger, depth, throttledMs = 0 } = opening;
  const limit = machine.run.limits.maximumSuccessiveCalls;
  if (depth > limit) throw fail('TooManyCallError', 'Reached maximum number of nested calls', { limit });
  const facts = {
    automation: program.name,
    program: program.linked.digest,
    args,
    trigger,
    depth: depth + 1,
    // What a start has waited for its token is part of its duration.
    startedAt: machine.now - throttledMs,
    throttledMs,
  };
  return makeScope(`s${machine.newId()}`, program, facts, { locals: args, streams });
}

const framesOf = (scope: WorkScope, node: string | null): WorkFrame[] => [
  { k: 'call', scope, node, stage: 'body' },
  { k: 'list', owner: null, list: 0, at: scope.program.first },
];

/** Own automations and those of direct instances; private and disabled ones of others do not exist. */
function findAutomation(machine: Machine, caller: LoadedProgram, name: string): LoadedProgram | undefined {
  if (name.split('.').length > 2) return undefined;
  const found = loadProgram(machine.programs, prefixed(caller.linked.instance, name));
  if (found === undefined || found.linked.program.disabled) return undefined;
  const foreign = splitFullSlug(found.name).instance !== caller.linked.instance;
  return foreign && found.linked.program.private ? undefined : found;
}

/** The body has come to its end, or was broken off: answers the caller. The call frame is on top of the fibre. */
export function finishExecution(machine: Machine, fibre: WorkFibre, frame: CallFrame): void {
  const { scope, broken } = frame;
  if (broken === undefined && frame.stage === 'body' && hasDetached(machine, scope)) {
    frame.stage = 'drain';
    fibre.park = { kind: 'drain' };
    return;
  }
  const output = outputOf(machine, scope);
  announceExecuted(machine, scope, output, broken !== undefined);
  fibre.frames.pop();
  if (fibre.frames.length === 0) return finishRun(machine, fibre, output);
  fibre.scope = scopeOnTop(fibre);
  if (broken === 'all') return breakExecution(machine, fibre.scope, 'all');
  answerCaller(machine, fibre, frame.node, output);
}

function answerCaller(machine: Machine, fibre: WorkFibre, node: string | null, output: Json): void {
  if (node === null) throw new Error('cannot happen: a call without a caller');
  const calling = nodeOf(fibre.scope.program, node);
  if (calling.op.op !== 'call') throw new Error(`cannot happen: ${node} is no call`);
  writeOutput(machine, fibre.scope, calling.op.output, output);
  goOn(fibre);
}

const hasDetached = (machine: Machine, scope: WorkScope): boolean =>
  machine.detached > 0 && [...machine.fibres.values()].some((fibre) => fibre.detached && fibre.base === scope);

/** No `output`, ∅ or null: `{}`. Another falsy value is an answer like any other. */
function outputOf(machine: Machine, scope: WorkScope): Json {
  const { output } = scope.program.linked.program;
  if (output === undefined || (output.t === 'lit' && !output.v)) return {};
  return toJson(render(output, machine.eyesIn(scope)), machine.maximumSize) ?? {};
}

function announceExecuted(machine: Machine, scope: WorkScope, output: Json, broken: boolean): void {
  const { facts, program } = scope;
  const payload = withoutCredentials(facts.args);
  const withContent = (shownPayload: Json, shownOutput: Json): JsonObject =>
    present({
      slug: program.linked.program.slug,
      trigger: present({ ...facts.trigger }),
      payload: shownPayload,
      output: shownOutput,
      duration: machine.now - facts.startedAt,
      startedAt: new Date(facts.startedAt).toISOString(),
      break: broken,
      throttled: facts.throttledMs > 0 ? facts.throttledMs : undefined,
    });
  nativeEvent(machine, sourceIn(scope), 'runtime.automations.executed', {
    payload: withContent(payload, output),
    smaller: [withContent(null, output), withContent(null, null)],
  });
}

/**
 * Ends the execution at once: its other fibres are ended, its output is still computed and answered. The fibre that
 * holds it goes on next.
 */
export function breakExecution(machine: Machine, scope: WorkScope, kind: 'automation' | 'all'): void {
  const owner = [...machine.fibres.values()].find((fibre) =>
    fibre.frames.some((frame) => frame.k === 'call' && frame.scope === scope),
  );
  const at = owner?.frames.findIndex((frame) => frame.k === 'call' && frame.scope === scope) ?? -1;
  killFibresOf(machine, scope);
  const frame = owner?.frames[at];
  // A branch of an execution that has failed already: there is nobody left to answer.
  if (owner === undefined || frame?.k !== 'call') return;
  truncateFibre(machine, owner, at + 1);
  frame.broken = kind;
  if (owner !== machine.running) machine.ready = [owner.id, ...machine.ready.filter((id) => id !== owner.id)];
}

/** The run's own automation is done: its caller has the answer now, the run ends with its last fibre. */
function finishRun(machine: Machine, fibre: WorkFibre, output: Json): void {
  machine.removeFibre(fibre);
  machine.result = { kind: 'done', output };
  machine.end({ status: 200, output });
}
