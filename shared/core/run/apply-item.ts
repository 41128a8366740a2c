/** What comes in: finds the fibre that waits for it, and lets it go on. */
import { errors, fail, toErrorValue } from '../errors/errors';
import { splitFullSlug } from '../events/app-names';
import type { JsonObject } from '../json';
import { announceStart } from './announce-start';
import { unreadContexts } from './contexts';
import { errorEvent, type Speaking } from './events';
import { Execution, type Answer } from './execution';
import { beginRun } from './executions';
import { failureOf, failWith, raise } from './failures';
import { goOn } from './fibres';
import { loadProgram, nodeOf } from './load-programs';
import type { Machine } from './machine';
import { correlationIdOf, seedOf } from './random';
import { executorOf, goesOn } from './run-fibres';
import { addThrottled, takeTokens } from './tokens';
import { toJson } from './to-json';
import { reportFull } from './write-variable';
import type { Contexts, Item, Park, StartInput } from './types';
import type { WorkFibre } from './work';

/** An item whose target waits no more changes nothing. */
export function applyItem(machine: Machine, item: Item): void {
  if ('start' in item) return start(machine, item.start);
  if ('woken' in item) {
    return wake(machine, item.woken);
  }
  if ('refused' in item) return item.refused.patches.forEach((patch) => reportFull(machine, speakerOf(machine), patch));
  if ('cancel' in item) return cancel(machine, item.cancel.reason);
  if ('event' in item) {
    const { waitId, event } = item.event;
    return resume(machine, (park) => park.kind === 'wait' && park.id === waitId, { event });
  }
  if ('timer' in item) {
    const id = item.timer;
    return resume(machine, (park) => endsBy(park, id), { timer: true });
  }
  if ('result' in item) {
    const { result } = item;
    return resume(
      machine,
      (park) =>
        (park.kind === 'fetch' || park.kind === 'topics' || park.kind === 'stream') && park.id === result.commandId,
      { result },
    );
  }
  if ('chunk' in item) {
    const { chunk } = item;
    return resume(machine, (park) => park.kind === 'stream' && park.id === chunk.commandId, { chunk });
  }
  if ('flushed' in item && machine.yielded === item.flushed.commandId) {
    machine.yielded = undefined;
    takeTokens(machine, item.flushed.throttledMs ?? 0);
  }
}

const endsBy = (park: Park, timer: string): boolean =>
  park.kind === 'stream'
    ? park.timer?.id === timer
    : (park.kind === 'wait' || park.kind === 'sleep') && park.id === timer;

function resume(machine: Machine, isTarget: (park: Park) => boolean, answer: Answer): void {
  for (const fibre of machine.fibres.values()) {
    const { park } = fibre;
    if (park && isTarget(park)) return resumeFibre(machine, fibre, park, answer);
  }
}

function resumeFibre(machine: Machine, fibre: WorkFibre, park: Park, answer: Answer): void {
  if (!('node' in park)) throw new Error('cannot happen: only instructions wait for something from outside');
  const node = nodeOf(fibre.scope.program, park.node);
  fibre.park = undefined;
  machine.seen(node, fibre, 'resume');
  if ('result' in answer) addThrottled(fibre, answer.result.throttledMs ?? 0);
  try {
    const flow = executorOf(node).resume?.(node.op, new Execution(machine, fibre, node), answer, park);
    if (flow !== 'inside') goOn(fibre);
  } catch (e) {
    raise(machine, fibre, failureOf(e));
  }
  if (goesOn(fibre)) machine.ready.push(fibre.id);
}

function start(machine: Machine, input: StartInput): void {
  const { key } = machine.run;
  const correlationId = input.correlationId ?? correlationIdOf(key);
  machine.run = factsOf(machine, input, correlationId);
  machine.identity = input.identity;
  machine.contexts = unreadContexts(input.identity, correlationId);
  if (input.contexts) wake(machine, { contexts: input.contexts });
  machine.seed(input.seed ?? seedOf(key));
  const { instance, slug } = splitFullSlug(input.automation);
  const by = { slug, instance, depth: input.depth + 1 };
  const args = announceStart(machine, by, input);
  try {
    begin(machine, input, toJson(args, machine.maximumSize) as JsonObject);
  } catch (e) {
    const failure = failureOf(e);
    const error = toErrorValue(failure);
    errorEvent(machine, by, error, { args: input.args });
    failWith(machine, error, failure.status);
  }
}

function begin(machine: Machine, input: StartInput, args: JsonObject): void {
  const program = loadProgram(machine.programs, input.automation);
  if (program === undefined) {
    throw fail('ObjectNotFoundError', 'Automation not found', { automation: input.automation });
  }
  const { trigger, depth, throttledMs } = input;
  const fibre = beginRun(machine, program, { args, trigger, depth, throttledMs });
  machine.ready.push(fibre.id);
}

function factsOf(machine: Machine, input: StartInput, correlationId: string): Machine['run'] {
  const { workspaceId, workspaceName, automation, release, trigger, depth, env, limits, globals, http } = input;
  return {
    key: machine.run.key,
    workspaceId,
    ...(workspaceName !== undefined && { workspaceName }),
    automation,
    release,
    correlationId,
    trigger,
    startedAt: machine.now,
    depth,
    env,
    limits,
    ...(globals && { globals }),
    ...(http && { http }),
    origin: input.identity,
  };
}

/** Contexts as they are stored now. How full they are comes with `global` when a run reads for the first time. */
function wake(machine: Machine, { contexts, usedBytes, role }: Woken): void {
  if (role !== undefined) takeRole(machine, role);
  machine.usedBytes = usedBytes ?? contexts.global?.usedBytes ?? machine.usedBytes;
  machine.contexts = { ...machine.contexts, ...withoutSum(contexts) };
}

function takeRole(machine: Machine, role: string | null): void {
  const { role: _before, ...identity } = machine.identity;
  machine.identity = { ...identity, ...(role !== null && { role }) };
  machine.roleUnknown = false;
  machine.views.clear();
}

type Woken = Extract<Item, { woken: unknown }>['woken'];

function withoutSum(contexts: Contexts): Contexts {
  if (contexts.global?.usedBytes === undefined) return contexts;
  const { usedBytes: _usedBytes, ...global } = contexts.global;
  return { ...contexts, global };
}

/** The run's own automation. */
function speakerOf({ run }: Machine): Speaking {
  const { instance, slug } = splitFullSlug(run.automation);
  return { slug, instance, depth: run.depth + 1 };
}

/** Ends every fibre, closes every wait, and answers a caller that still waits. */
function cancel(machine: Machine, reason: string): void {
  if (machine.fibres.size === 0) return;
  for (const { park } of machine.fibres.values()) {
    if (park?.kind === 'wait') machine.command({ kind: 'wait', change: { close: park.id } });
  }
  machine.fibres.clear();
  machine.ready = [];
  machine.detached = 0;
  machine.yielded = undefined;
  machine.asked = undefined;
  const error = toErrorValue(fail('RunCancelledError', 'The run was cancelled', { reason }));
  errorEvent(machine, speakerOf(machine), error);
  failWith(machine, error, errors.RunCancelledError.status);
  machine.result = { kind: 'cancelled', reason };
}
