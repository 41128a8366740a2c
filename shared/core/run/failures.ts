/** What an error does: it takes off frames until a `try` takes it, or the run fails with it. */
import { errors, fail, isPlatformError, PlatformError, toErrorValue, type ErrorValue } from '../errors/errors';
import type { JsonObject } from '../json';
import { closeStream } from './close-stream';
import { errorEvent, sourceIn, type Speaking } from './events';
import { endDrain, failBranch, goOn } from './fibres';
import type { Machine } from './machine';
import { scopeOnTop } from './scope-on-top';
import type { RunResult } from './types';
import type { TryFrame, WorkFibre } from './work';
import { writeOutput } from './write-output';

/** Nobody may catch these: a loop of calls that catches its own limit would never end. */
const PASSES = new Set(['TooManyCallError', 'SuspendedWorkspaceError']);

/** The failure that an exception stands for. Any other is a bug of ours, and leaves the machine as it is. */
export function failureOf(e: unknown): PlatformError {
  if (isPlatformError(e)) return e;
  // The engine's own limit on texts: values of authors come to it before they come to ours.
  if (e instanceof RangeError && e.message === 'Invalid string length') {
    return fail('InvalidInstructionError', 'Value is too large');
  }
  throw e;
}

/** An instruction of this fibre has failed, or what its execution does at the end. */
export function raise(machine: Machine, fibre: WorkFibre, failure: PlatformError): void {
  const by = sourceIn(fibre.scope);
  const error = toErrorValue(failure);
  errorEvent(machine, by, error, { args: fibre.scope.facts.args, caught: isCaught(machine, fibre, error) });
  unwind(machine, fibre, { error, status: failure.status, by, at: placeIn(fibre) });
}

interface Failure {
  readonly error: ErrorValue;
  readonly status: number;
  readonly by: Speaking;
  readonly at: Place | undefined;
}

type Place = NonNullable<Extract<RunResult, { kind: 'failed' }>['at']>;

/** The instruction that the fibre is at. */
function placeIn({ frames, scope }: WorkFibre): Place | undefined {
  for (let i = frames.length - 1; i >= 0; i--) {
    const frame = frames[i];
    if (frame?.k === 'list' && frame.at) return { automation: scope.facts.automation, node: frame.at.id };
    if (frame?.k === 'call') return undefined;
  }
  return undefined;
}

function isCaught(machine: Machine, fibre: WorkFibre, error: ErrorValue): boolean {
  if (fibre.detached) return true;
  if (!PASSES.has(error.error) && fibre.frames.some((frame) => frame.k === 'try' && frame.stage === 'do')) return true;
  return fibre.joins !== undefined && isCaught(machine, machine.fibre(fibre.joins), error);
}

function unwind(machine: Machine, fibre: WorkFibre, failure: Failure): void {
  const passes = PASSES.has(failure.error.error);
  for (let top = fibre.frames.pop(); top !== undefined; top = fibre.frames.pop()) {
    if (top.k === 'call') fibre.scope = scopeOnTop(fibre);
    if (top.k === 'repeat') closeStream(machine, top.stream);
    if (top.k === 'try' && top.stage === 'do' && !passes) return takeBy(machine, fibre, top, failure);
  }
  if (fibre.detached) {
    machine.removeFibre(fibre);
    return endDrain(machine, fibre.base);
  }
  if (fibre.joins === undefined) return failRun(machine, fibre, failure);
  const parent = failBranch(machine, fibre);
  unwind(machine, parent, failure);
  // Still there: a `try` of the parent has taken it.
  if (!parent.ended) machine.wake(parent);
}

function takeBy(machine: Machine, fibre: WorkFibre, frame: TryFrame, { error, by }: Failure): void {
  fibre.frames.push({ ...frame, stage: 'catch' });
  if (frame.node.op.op !== 'try') throw new Error(`cannot happen: ${frame.node.id} is no try`);
  const source = { automationSlug: by.slug, ...(by.instance !== '' && { appInstanceFullSlug: by.instance }) };
  const value: JsonObject = { ...error, source };
  const first = frame.node.lists[1] ?? null;
  if (first !== null) fibre.frames.push({ k: 'list', owner: frame.node.id, list: 1, at: first });
  try {
    writeOutput(machine, fibre.scope, frame.node.op.output, value);
  } catch (e) {
    // A bad name for the error is itself an error, and no business of this `try` any more.
    raise(machine, fibre, failureOf(e));
  }
}

function failRun(machine: Machine, fibre: WorkFibre, failure: Failure): void {
  machine.removeFibre(fibre);
  failWith(machine, failure.error, failure.status, failure.at);
}

/** The run's answer is this error; it leaves now, the run ends with its last fibre. */
export function failWith(machine: Machine, error: ErrorValue, status: number = statusOf(error), at?: Place): void {
  machine.result = { kind: 'failed', error, status, ...(at && { at }) };
  if (machine.answered) return;
  machine.end({ status, error });
}

export function statusOf({ error }: ErrorValue): number {
  const known: { readonly [code: string]: { readonly status: number } } = errors;
  return Object.hasOwn(known, error) ? (known[error]?.status ?? 400) : 400;
}

/** The error in an answer from outside, to be raised here. */
export const asFailure = (error: ErrorValue): PlatformError =>
  new PlatformError({ code: error.error, status: statusOf(error) }, error.message, error.details);

/** A `try` whose body, or whose `catch`, is done. */
export function endTry(fibre: WorkFibre): void {
  fibre.frames.pop();
  goOn(fibre);
}
