/** Requests of the local activities, made from what the machine holds. Pure. */
import { flushId, skeletonHash } from '../shared/core/run/ids';
import type { FlushFacts, FlushRequest, SealRequest, Speaker } from '../shared/core/run/flush';
import type { ProgramSet } from '../shared/core/automation/program';
import { callsOf, closesOf } from '../shared/core/trace/parts';
import { openWaits, parkedUntil } from '../shared/core/run/open-waits';
import type { Advanced, AnswerPart, Command, Item, StartInput, State, Turn } from '../shared/core/run/types';
import { knownSecrets } from '../shared/core/secrets/redact';
import { noteOf } from '../shared/core/run/wait-notes';
import { refOf } from './inbox';

/** The request as the shell makes it; the activity adds `inputsHash`, which needs no deterministic place. */
export type FlushDraft = Omit<FlushRequest, 'inputsHash'>;

/** `renew`: the generation is new to the store, so every open wait is registered again. */
export interface FlushContext {
  readonly programs: ProgramSet;
  readonly renew: boolean;
}

/** Texts that nothing kept of this run may show: given as secret arguments, or known to its programs. */
export const hiddenIn = ({ secrets: given = [] }: State, { secrets: known = [] }: ProgramSet): readonly string[] =>
  given.length === 0 ? known : known.length === 0 ? given : knownSecrets([...given, ...known]);

export function sealRequest(who: Speaker, state: State, now: number, items: readonly Item[]): SealRequest {
  const contexts: { [name: string]: { owner: string; version: number } } = {};
  for (const [name, read] of Object.entries(state.contexts))
    if (read && read.owner !== null) contexts[name] = { owner: read.owner, version: read.version };
  return {
    ...who,
    gen: state.gen,
    n: state.n,
    now,
    items: items.map(refOf),
    workspaceId: state.run.workspaceId,
    contexts,
    ...(state.run.limits.contextsMaxBytes && { usedBytes: state.usedBytes ?? 0 }),
    ...(state.roleUnknown && { roleOf: whoIs(state) }),
  };
}

const whoIs = ({ identity: { userId, sessionId } }: State): NonNullable<SealRequest['roleOf']> => ({
  ...(userId !== undefined && { userId }),
  ...(sessionId !== undefined && { sessionId }),
});

export function flushRequest(who: Speaker, turn: Turn, next: Advanced, from: FlushContext): FlushDraft {
  const { state, commands } = next;
  const start = turn.items.find((item): item is { start: StartInput } => 'start' in item)?.start;
  const answer = partsOf(commands);
  const closes = closesOf(commands);
  const until = parkedUntil(state);
  const runContext = state.contexts.run?.owner;
  const secrets = hiddenIn(state, from.programs);
  return {
    ...who,
    gen: state.gen,
    flushId: flushId(who.run, state.gen, turn.n),
    flush: turn.n,
    turns: [turn],
    waits: commands.flatMap((c) => (c.kind === 'wait' ? [c.change] : [])),
    events: commands.flatMap((c) => (c.kind === 'emit' ? [c.event] : [])),
    patches: commands.flatMap((c) => (c.kind === 'patch' ? [c.patch] : [])),
    calls: callsOf(commands),
    ...(answer.length > 0 && { answer }),
    ...(closes.length > 0 && { closes }),
    steps: next.steps,
    hits: next.hits,
    skeleton: skeletonHash(state),
    ...(secrets.length > 0 && { secrets }),
    workspaceId: state.run.workspaceId,
    ...(start && { first: factsOf(start, state, from.programs) }),
    ...(from.renew && { renew: openWaits(state) }),
    ...(until !== undefined && runContext && { parkedUntil: { runContextOwner: runContext, until } }),
    ...(state.yielded !== undefined && { yields: true as const }),
    ...tokensOf(next),
    note: noteOf(state, secrets),
    ...(next.outcome && { ended: endOf(next.outcome) }),
  };
}

/** What the turn asks for; what is left at the end goes back. */
function tokensOf({ state, commands, outcome }: Advanced): Pick<FlushDraft, 'tokens' | 'tokensLeft'> {
  const tokens = commands.flatMap((c) => (c.kind === 'yield' && c.tokens ? [c.tokens] : []))[0];
  return { ...(tokens && { tokens }), ...(outcome && state.tokens && { tokensLeft: state.tokens }) };
}

const partsOf = (commands: readonly Command[]): AnswerPart[] =>
  commands.flatMap((c) => (c.kind === 'answer' ? [c.part] : []));

function factsOf(start: StartInput, state: State, programs: ProgramSet): FlushFacts {
  return {
    program: programs.automations[start.automation]?.digest ?? '',
    release: start.release,
    env: start.env,
    automation: start.automation,
    correlationId: state.run.correlationId,
    ...(start.idempotencyKey !== undefined && { idempotencyKey: start.idempotencyKey }),
    ...(start.requestId !== undefined && { requestId: start.requestId }),
  };
}

const endOf = (outcome: NonNullable<Advanced['outcome']>): NonNullable<FlushRequest['ended']> =>
  outcome.kind === 'failed' ? { kind: 'failed', error: outcome.error } : { kind: outcome.kind };
