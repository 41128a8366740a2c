/**
 * The deterministic shell around the machine: composes turns, seals them, advances, flushes, and only then talks to the
 * engine. The shape was proved by killing processes; the rules it keeps are in `docs/runs.md`.
 *
 * S1  Every turn but the first is sealed before it is taken: a task may run twice, with another clock and more signals.
 * S2  No engine command (timer, activity, attribute) before the flush of its turn has returned.
 * S3  What the store returns counts, not what was sent.
 */
import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  continueAsNew,
  defineSignal,
  defineUpdate,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import {
  SIGNAL_EVENT,
  UPDATE_MOVE,
  type DeliverEvent,
  type ProgramSetRef,
  type Resume,
  type RunAnswer,
} from '../shared/contracts/engine';
import type { ProgramSet } from '../shared/core/automation/program';
import { isObject } from '../shared/core/json';
import { redact } from '../shared/core/secrets/redact';
import { advance, startRun } from '../shared/core/run/advance';
import { storedOwners } from '../shared/core/run/context-owners';
import { describeWaiting } from '../shared/core/run/describe-waiting';
import type { FlushAnswer, SealAnswer, Speaker } from '../shared/core/run/flush';
import { callsOpen, openReadings } from '../shared/core/run/open-waits';
import { orderItems } from '../shared/core/run/order-items';
import { correlationIdOf } from '../shared/core/run/random';
import type { Advanced, Command, Item, RunResult, StartInput, State, Turn } from '../shared/core/run/types';
import { short } from './activities';
import { issueCalls, issueReadings } from './calls';
import { Inbox } from './inbox';
import { flushRequest, hiddenIn, sealRequest, type FlushDraft } from './requests';
import { Timers } from './timers';

const deliverEvent = defineSignal<[DeliverEvent]>(SIGNAL_EVENT);
const HELD_MS = { first: 1_000, growth: 1.1, last: 30 * 60_000 };
const move = defineUpdate<void, [unknown]>(UPDATE_MOVE);

/** Runs to the end, to continue-as-new, or for ever; failures of the automation fail the workflow under their own name. */
export async function runShell(input: StartInput, programs: ProgramSet, resume?: Resume): Promise<RunAnswer> {
  const inbox = new Inbox(resume?.inbox);
  // Before the first await: a signal that came with the start must find its handler.
  setHandler(deliverEvent, (event) => inbox.collect({ event }));
  setHandler(move, (_request: unknown): void => undefined, { validator: (_request: unknown) => refuseMove() });
  // The machine ends a cancelled run itself: it closes waits and answers the caller, in a flush that must not be cancelled.
  CancellationScope.current().cancelRequested.catch((reason: unknown) =>
    inbox.collect({ cancel: { reason: reason instanceof Error && reason.message ? reason.message : 'cancelled' } }),
  );
  const outcome = await CancellationScope.nonCancellable(() => drive(input, programs, inbox, resume?.state));
  return answerOf(outcome.result, outcome.hidden);
}

async function drive(input: StartInput, programs: ProgramSet, inbox: Inbox, resumed?: State): Promise<Ended> {
  const info = workflowInfo();
  const who: Speaker = {
    run: info.workflowId,
    engineRunId: info.runId,
    ...(info.continuedFromExecutionRunId !== undefined && { continuedFrom: info.continuedFromExecutionRunId }),
  };
  const timers = new Timers((id) => inbox.collect({ timer: id }));
  let state = resumed ?? startRun(info.workflowId);
  if (!resumed) await throttled(input.throttledMs ?? 0, inbox);
  if (resumed) settle(state, timers, hiddenIn(state, programs));
  // What the predecessor asked for and did not get: a stream's connection outlives both.
  if (resumed) issueReadings(openReadings(state), (chunk) => inbox.collect({ chunk }));
  for (let first = resumed === undefined; ; first = false) {
    const composed: Composed = first ? [await firstTurn(input, who), false, state] : await nextTurn(inbox, state, who);
    const { next, refused, early = [], throttledMs } = await take(programs, composed, who);
    const before = state;
    state = next.state;
    inbox.drop(composed[0].items, before, state);
    const hidden = hiddenIn(state, programs);
    if (next.outcome) {
      if (refused) await tellRefused(programs, state, who, { refused: { flush: composed[0].n, patches: refused } });
      return { result: next.outcome, hidden };
    }
    if (first && input.correlationId === undefined)
      upsertSearchAttributes({ CorrelationId: [state.run.correlationId] });
    settle(state, timers, hidden);
    for (const event of early) inbox.collect({ event });
    if (refused) inbox.collect({ refused: { flush: composed[0].n, patches: refused } });
    issueCalls(next.commands, hidden, (result) => inbox.collect({ result }));
    if (state.yielded !== undefined) {
      await throttled(throttledMs, inbox);
      const cost = throttledMs > 0 && { throttledMs };
      inbox.collect({ flushed: { commandId: state.yielded, ...cost } });
    }
    if (historyIsLong(input) && !callsOpen(state)) await startAfresh(input, state, inbox);
    issueReadings(next.commands.filter(isReading), (chunk) => inbox.collect({ chunk }));
  }
}

/** `hidden`: secrets that the engine must not show. */
interface Ended {
  readonly result: RunResult;
  readonly hidden: readonly string[];
}

/** A turn, whether its generation is new to the store, and the state it applies to. */
type Composed = readonly [turn: Turn, renew: boolean, before: State];

/** Turn 0: the start itself, at the start's own time, or when its token was there. A start without a starter reads its contexts here, once. */
async function firstTurn(input: StartInput, who: Speaker): Promise<Turn> {
  const items: Item[] = [{ start: input }];
  if (input.contexts === undefined) {
    const owners = storedOwners(input.identity, input.correlationId ?? correlationIdOf(who.run));
    const contexts = await short.readContexts({ run: who.run, workspaceId: input.workspaceId, owners });
    items.push({ woken: { contexts } });
  }
  return { n: 0, now: workflowInfo().startTime.getTime() + (input.throttledMs ?? 0), items };
}

/** A rate limit or a suspension delays the run; a cancellation need not wait for it. */
async function throttled(ms: number, inbox: Inbox): Promise<void> {
  if (ms > 0) await condition(() => inbox.get('c:cancel') !== undefined, ms);
}

/** Waits until something is there for the run, and seals what the next turn is made of (S1). */
async function nextTurn(inbox: Inbox, state: State, who: Speaker): Promise<Composed> {
  await condition(() => inbox.hasLive(state));
  const sealed = await sealOf(inbox, state, who);
  const items = sealed.items.map((ref) => must(inbox.get(ref), ref));
  const { contexts, usedBytes, role, late = [] } = sealed;
  // Not in the place of the time-outs: the machine's order lets an event come first, and then they change nothing.
  for (const event of late) items.push({ event });
  const woken = { contexts, ...(usedBytes !== undefined && { usedBytes }), ...(role !== undefined && { role }) };
  if (Object.keys(contexts).length > 0 || Object.keys(woken).length > 1) items.push({ woken });
  const turn = { n: sealed.n, now: sealed.now, items: orderItems(items, state) };
  return [turn, sealed.gen !== state.gen, { ...state, gen: sealed.gen }];
}

/** A run that is held (its workspace is suspended) looks again, less and less often; to be cancelled, it need not wait. */
async function sealOf(inbox: Inbox, state: State, who: Speaker): Promise<SealAnswer> {
  for (let delayMs = HELD_MS.first; ; delayMs = Math.min(HELD_MS.last, delayMs * HELD_MS.growth)) {
    const sealed = await short.seal(sealRequest(who, state, Date.now(), inbox.compose(state)));
    if (!sealed.held) return sealed;
    await throttled(Math.round(delayMs), inbox);
  }
}

/** One turn and its flush. The store may answer that another timeline owns the generation: then again, under a new one. */
async function take(programs: ProgramSet, [turn, renew, state]: Composed, who: Speaker): Promise<Taken> {
  let next = advance(programs, state, turn);
  let stored = await flush(flushRequest(who, turn, next, { programs, renew }));
  if (stored.gen !== next.state.gen) {
    next = advance(programs, { ...state, gen: stored.gen }, turn);
    stored = await flush(flushRequest(who, turn, next, { programs, renew: true }));
  }
  const [kept] = stored.turns;
  if (kept && (kept.n !== turn.n || kept.now !== turn.now || kept.items !== turn.items.length))
    throw new Error(`cannot happen: the store holds another turn ${turn.n} than the one sealed for ${who.run}`);
  return { next, refused: stored.refused, early: stored.early, throttledMs: stored.throttledMs };
}

const isReading = (command: Command) => command.kind === 'read';

/** `refused`: patches that the store had no room for; `throttledMs`: how long to wait for tokens. */
interface Taken {
  readonly next: Advanced;
  readonly refused: FlushAnswer['refused'];
  /** Events that waits of this turn find in the log: they may have come before the wait was there. */
  readonly early: FlushAnswer['early'];
  readonly throttledMs: number;
}

// The activity adds the hash of the inputs: it is compared by the store only, and cheaper outside the sandbox.
const flush = (draft: FlushDraft): Promise<FlushAnswer> => short.flush({ ...draft, inputsHash: '' });

/** The run's last flush had no room for a write: nothing can be undone any more, but it is told of. */
async function tellRefused(programs: ProgramSet, state: State, who: Speaker, item: Item): Promise<void> {
  const { gen, n, now } = await short.seal(sealRequest(who, state, Date.now(), [item]));
  await take(programs, [{ n, now, items: [item] }, gen !== state.gen, { ...state, gen }], who);
}

/** Makes the engine's side equal to the state (S2). */
function settle(state: State, timers: Timers, hidden: readonly string[]): void {
  timers.arm(state);
  setCurrentDetails(describeWaiting(state, hidden));
}

const historyIsLong = ({ limits }: StartInput): boolean =>
  workflowInfo().continueAsNewSuggested ||
  (limits.continueAsNewAfterEvents !== undefined && workflowInfo().historyLength > limits.continueAsNewAfterEvents);

async function startAfresh(input: StartInput, state: State, inbox: Inbox): Promise<never> {
  await condition(allHandlersFinished);
  const programs: ProgramSetRef = { $programs: { release: input.release, automation: input.automation } };
  // Read last: a signal that came during the line above must not be lost.
  const resume: Resume = { state, inbox: inbox.entries() };
  return continueAsNew<(i: StartInput, p: ProgramSetRef, r: Resume) => Promise<unknown>>(input, programs, resume);
}

function refuseMove(): never {
  throw ApplicationFailure.nonRetryable('Moving a run to another release is not supported yet', 'MOVE_UNSUPPORTED');
}

/** The engine shows messages of failures as they are. */
function answerOf(outcome: RunResult, hidden: readonly string[]): RunAnswer {
  switch (outcome.kind) {
    case 'done':
      return { status: 200, output: outcome.output };
    case 'cancelled':
      throw new CancelledFailure(outcome.reason);
    case 'failed': {
      const { error, message, details } = redact({ ...outcome.error }, hidden);
      throw ApplicationFailure.create({
        type: error,
        message,
        nonRetryable: true,
        details: [{ status: outcome.status, ...(isObject(details) ? details : { details }) }],
      });
    }
  }
}

function must(item: Item | undefined, ref: string): Item {
  // A repeated task sees what the first one saw, and more: signals are in the history before the task is.
  if (!item) throw new Error(`cannot happen: the sealed item ${ref} is not in the inbox`);
  return item;
}
