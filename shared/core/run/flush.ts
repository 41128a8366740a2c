/**
 * What the local activities `seal` and `flush` take and give. The answer is what the engine's history keeps; the
 * request is gone, but for the trace record that the store makes of it. Rules: `docs/runs.md`.
 */
import type { NodeId } from '../automation/program';
import type { ErrorValue } from '../errors/errors';
import type { Event } from '../events/event';
import type { Digest } from '../json';
import type {
  AnswerPart,
  CommandId,
  Contexts,
  FetchRequest,
  OutEvent,
  Patch,
  RefusedPatch,
  RunEnv,
  RunKey,
  StreamReading,
  Tokens,
  TopicRequest,
  Turn,
  WaitChange,
  WaitId,
} from './types';
import type { StateNote } from './wait-notes';

/** Names an item of the shell's inbox: `e:<wait>/<event>`, `t:<wait>`, `r:<command>`, `c:cancel`, ... */
export type ItemRef = string;

/** Which engine run speaks. A reset gives the same run key a new one; so does continue-as-new, which names its predecessor. */
export interface Speaker {
  readonly run: RunKey;
  readonly engineRunId: string;
  readonly continuedFrom?: string;
}

export interface SealRequest extends Speaker {
  readonly gen: number;
  readonly n: number;
  readonly now: number;
  readonly items: readonly ItemRef[];
  /** Owners of the contexts that the run uses, and the versions it holds: only newer ones come back. */
  readonly workspaceId: string;
  readonly contexts: { readonly [name: string]: { readonly owner: string; readonly version: number } };
  /** What the run thinks that the contexts of the workspace take; absent: it need not know. */
  readonly usedBytes?: number;
  /** Whose role the run does not know. The activity asks for it, and the answer is sealed with the rest. */
  readonly roleOf?: { readonly userId?: string; readonly sessionId?: string };
  readonly role?: string | null;
}

/** An event that ends a wait, found in the log. */
export interface WaitEvent {
  readonly waitId: WaitId;
  readonly event: Event;
}

export interface SealAnswer {
  readonly gen: number;
  readonly n: number;
  readonly now: number;
  readonly items: readonly ItemRef[];
  /** Those that changed since the run read them. */
  readonly contexts: Contexts;
  /** Only when it is not what the run thinks. */
  readonly usedBytes?: number;
  /** Only when it was asked for; null = none. */
  readonly role?: string | null;
  /** Events for waits whose time is up: they were there in time, and have only not come yet. */
  readonly late?: readonly WaitEvent[];
  /** Nothing was sealed: the run may take no turn now, and asks again later. Its cancellation is never held. */
  readonly held?: true;
}

export interface FlushRequest extends Speaker {
  readonly gen: number;
  /** Hash of (run, gen, turn). */
  readonly flushId: string;
  /** Counts from 0 within (run, gen): the last turn of this flush. */
  readonly flush: number;
  readonly inputsHash: string;
  readonly turns: readonly Turn[];
  readonly waits: readonly WaitChange[];
  readonly events: readonly OutEvent[];
  readonly patches: readonly Patch[];
  readonly calls: readonly CallNote[];
  readonly answer?: readonly AnswerPart[];
  /** Calls whose streams nobody reads any more. */
  readonly closes?: readonly string[];
  readonly steps: number;
  readonly hits: { readonly [node: NodeId]: number };
  readonly skeleton: string;
  /** Texts of this run to be hidden, besides those of the workspace. */
  readonly secrets?: readonly string[];
  /** Also the workspace's id, so that no store has to take the run key apart. */
  readonly workspaceId: string;
  /** First flush only. */
  readonly first?: FlushFacts;
  /** Every wait open in the state, when the generation is new: registered again. */
  readonly renew?: readonly WaitChange[];
  /** Set by the flush after which the run is parked: its `run` context must live until `until` + its usual time. */
  readonly parkedUntil?: { readonly runContextOwner: string; readonly until: number };
  /** The turn used up its steps: the run goes on at once, and is not parked. */
  readonly yields?: true;
  /** Tokens of rate limits that the run asks for, and what they cost: added by the activity. */
  readonly tokens?: Tokens;
  readonly throttledMs?: number;
  /** Tokens that an ended run has not used. */
  readonly tokensLeft?: Tokens;
  /** For the list of runs. */
  readonly note?: StateNote;
  /** Set by the flush that ends the run. */
  readonly ended?: { readonly kind: 'done' | 'failed' | 'cancelled'; readonly error?: ErrorValue };
}

export interface FlushFacts {
  readonly program: Digest;
  readonly release: Digest;
  readonly env: RunEnv;
  readonly automation: string;
  readonly correlationId: string;
  readonly idempotencyKey?: string;
  readonly requestId?: string;
}

/** An outside call that the run is about to make. */
export type CallNote = {
  readonly commandId: CommandId;
  readonly node: NodeId;
} & ({ readonly fetch: FetchRequest } | { readonly topics: TopicRequest } | { readonly read: StreamReading });

/** What is asked, of whatever kind: what the trace keeps a hash of. */
export function askedIn(call: CallNote): FetchRequest | TopicRequest | StreamReading {
  if ('fetch' in call) return call.fetch;
  return 'read' in call ? call.read : call.topics;
}

export interface FlushAnswer {
  /** False: this flush was stored before, and this is what was stored. */
  readonly first: boolean;
  readonly gen: number;
  /** The turns as stored: another one than the sealed is a bug. */
  readonly turns: readonly { readonly n: number; readonly now: number; readonly items: number }[];
  readonly events: readonly (readonly [id: string, position: string])[];
  readonly waits: readonly (readonly [id: WaitId, fromPosition: string])[];
  /** Events that were there before their wait was: it has nothing more to wait for. */
  readonly early?: readonly WaitEvent[];
  readonly contexts: { readonly [name: string]: number };
  /** Patches without room, in their order; the version of their context has grown all the same. */
  readonly refused?: readonly RefusedPatch[];
  readonly throttledMs: number;
}

/**
 * One line of a run's trace. Values above 2 KB stand elsewhere and are named by digest: `{"$blob": "b:..."}`.
 * `out` holds hashes where replaying the turns gives the values again.
 */
export interface TraceRecord {
  readonly v: 1;
  readonly run: RunKey;
  readonly gen: number;
  readonly flush: number;
  readonly flushId: string;
  readonly engineRunId: string;
  readonly inputsHash: string;
  readonly first?: FlushFacts;
  readonly turns: readonly Turn[];
  readonly out: {
    readonly events: readonly (readonly [id: string, type: string, payloadHash: string])[];
    readonly calls: readonly (readonly [id: CommandId, node: NodeId, requestHash: string])[];
    readonly waits: readonly (readonly [id: WaitId, 'open' | 'close'])[];
    readonly patches: readonly (readonly [context: string, op: string, path: string, valueHash: string])[];
    readonly closes?: readonly string[];
    /** Of an answer in several parts, those before its end. */
    readonly parts?: readonly (readonly [index: number, kind: 'head' | 'chunk' | 'keepAlive', valueHash: string])[];
    readonly answer?: {
      readonly status: number;
      readonly bodyHash: string;
      readonly requestId?: string;
      readonly idempotencyKey?: string;
    };
  };
  readonly skeleton: string;
  readonly steps: number;
  readonly hits: { readonly [node: NodeId]: number };
  readonly ended?: FlushRequest['ended'];
}
