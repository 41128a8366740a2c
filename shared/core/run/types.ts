/**
 * The machine's vocabulary: what goes in (turns of items), what it is (state), what comes out (commands, outcome).
 * All of it is JSON. Words and rules: `docs/runs.md`.
 */
import type { NodeId } from '../automation/program';
import type { ErrorValue } from '../errors/errors';
import type { Event, EventOrigin, EventTarget } from '../events/event';
import type { Digest, Json, JsonObject } from '../json';

export const STATE_VERSION = 1;
export const MACHINE_VERSION = '1';

export type RunKey = string;
export type WaitId = string;
export type CommandId = string;

// ---------------------------------------------------------------- what goes in

export type TriggerType = 'endpoint' | 'event' | 'schedule' | 'automation';

/** Who the run acts for, and where the request came from. Only what the API layer has proved. */
export interface RunIdentity {
  readonly userId?: string;
  readonly sessionId?: string;
  readonly email?: string;
  readonly authData?: JsonObject;
  readonly role?: string;
  readonly socketId?: string;
  readonly ip?: string;
  readonly sourceWorkspaceId?: string;
}

export interface RunLimits {
  readonly maximumSuccessiveCalls: number;
  readonly waitDefaultTimeoutMs: number;
  readonly eventMaxLength: number;
  /** Steps of one turn before the machine yields. Counted, never timed. */
  readonly stepsPerTurn: number;
  /** Of one value: eight for each value in it, and the characters of its texts. Absent = 20 million. */
  readonly maximumValueSize?: number;
  /** Starts the engine's history afresh above so many events; absent = when the engine suggests it. */
  readonly continueAsNewAfterEvents?: number;
  /** What the stored contexts of a workspace may take together; absent or 0 = any. */
  readonly contextsMaxBytes?: number;
}

/** Versions of everything outside the program that an answer may depend on. */
export interface RunEnv {
  readonly ir: number;
  readonly machine: string;
  readonly tz: string;
  readonly icu: string;
  readonly regex: string;
  readonly locale: string;
  readonly timeZone: string;
}

export type ContextName = 'global' | 'user' | 'session' | 'run' | 'socket';

/** One stored context as read. `owner` is its storage key inside the workspace; null = not stored. */
export interface ContextRead {
  readonly owner: string | null;
  /** Grows with each write. 0 = never written. */
  readonly version: number;
  readonly value: JsonObject;
  /** Of `global` only, where there is a limit: what all counted contexts of the workspace take. */
  readonly usedBytes?: number;
}
export type Contexts = { readonly [name in ContextName]?: ContextRead };

/** First argument of every run: all that the start fixes. Stays readable in the engine's history. */
export interface StartInput {
  readonly v: 1;
  readonly workspaceId: string;
  readonly workspaceName?: string;
  /** Full slug. */
  readonly automation: string;
  readonly release: Digest;
  readonly trigger: { readonly type: TriggerType; readonly value: string; readonly id?: string };
  /** The locals of the automation: body, headers, ... or id, source, payload, or a call's arguments. */
  readonly args: JsonObject;
  readonly identity: RunIdentity;
  /** Absent for schedules, which nobody of ours starts: the machine then takes a hash of the run key. */
  readonly correlationId?: string;
  readonly seed?: number;
  /** Executions before this one in the chain. */
  readonly depth: number;
  /** Absent for schedules: they come as `woken` in turn 0. */
  readonly contexts?: Contexts;
  readonly env: RunEnv;
  readonly limits: RunLimits;
  /** Values that built-in fields of `global` show (`apiUrl`, `endpoints`, ...). */
  readonly globals?: JsonObject;
  /** Request that caused the run, for `source.http` of its events. */
  readonly http?: JsonObject;
  /** Native events to send before the body, decided by whoever starts the run. */
  readonly announce?: readonly ('interaction' | 'webhook' | 'schedule')[];
  readonly requestId?: string;
  readonly idempotencyKey?: string;
}

export type Item =
  | { readonly start: StartInput }
  /** `usedBytes`: what the contexts of the workspace take, when that is not what the run thinks. */
  | {
      readonly woken: {
        readonly contexts: Contexts;
        readonly usedBytes?: number;
        /** Of the user that the run has switched to; null = none. Only when the run does not know it. */
        readonly role?: string | null;
      };
    }
  /** Patches of that flush which the store had no room for; the contexts as they are come with `woken`. */
  | { readonly refused: { readonly flush: number; readonly patches: readonly RefusedPatch[] } }
  | { readonly cancel: { readonly reason: string } }
  | { readonly move: { readonly id: string; readonly release: Digest } }
  | { readonly event: { readonly waitId: WaitId; readonly event: Event } }
  | { readonly result: CallResult }
  | { readonly chunk: { readonly commandId: CommandId; readonly index: number; readonly chunks: readonly Json[] } }
  | { readonly flushed: { readonly commandId: CommandId } }
  | { readonly timer: WaitId };

/** An answer from outside, as the machine sees it. */
export interface CallResult {
  readonly commandId: CommandId;
  readonly outcome: { readonly ok: Json } | { readonly err: ErrorValue };
  /** Events that the call asks for, such as `runtime.fetch.failed`; the machine mints and sends them. */
  readonly events?: readonly { readonly type: string; readonly payload: JsonObject }[];
  readonly attempts: number;
  readonly ms: number;
}

/** One call of `advance`: everything that is new at one instant. */
export interface Turn {
  readonly n: number;
  /** Milliseconds since epoch: the only clock of the turn. */
  readonly now: number;
  /** In the order of `orderItems`. */
  readonly items: readonly Item[];
}

// ---------------------------------------------------------------- what it is

export interface State {
  readonly stateVersion: typeof STATE_VERSION;
  readonly run: RunFacts;
  readonly gen: number;
  /** Number of the next turn; of the open one while `open` is there. */
  readonly n: number;
  /** There only when a turn was cut by `maxSteps`: go on with the same turn and no items. */
  readonly open?: { readonly now: number; readonly ordinal: number; readonly steps: number };
  /** State of the PRNG behind `rand()`. */
  readonly random: number;
  /** In order of id, which is the order of creation. */
  readonly fibres: readonly Fibre[];
  /** Fibres that can go on, in the order in which they will. Empty between turns, but after a yield. */
  readonly ready: readonly FibreId[];
  readonly nextId: number;
  readonly scopes: { readonly [id: string]: Scope };
  readonly contexts: Contexts;
  /** Config of an instance, only once the run has written to it. */
  readonly config: { readonly [instance: string]: JsonObject };
  /** What the counted contexts of the workspace take, as far as the run knows; absent without a limit. */
  readonly usedBytes?: number;
  /** Contexts of which a write without room was reported. */
  readonly fullContexts?: readonly ContextName[];
  /** Texts given as secret arguments: shown in no native event and no trace. */
  readonly secrets?: readonly string[];
  readonly identity: RunIdentity;
  /** The run has switched its user since the role was read. */
  readonly roleUnknown?: true;
  /** Set when the turn ended because its step budget did: answered by `flushed`. */
  readonly yielded?: CommandId;
  readonly answered?: true;
  /** Parts of the answer sent before its end; absent = none. */
  readonly parts?: number;
  readonly result?: RunResult;
}

/** What never changes during a run. */
export interface RunFacts {
  readonly key: RunKey;
  readonly workspaceId: string;
  readonly workspaceName?: string;
  readonly automation: string;
  readonly release: Digest;
  readonly correlationId: string;
  readonly trigger: StartInput['trigger'];
  readonly startedAt: number;
  readonly depth: number;
  readonly env: RunEnv;
  readonly limits: RunLimits;
  readonly globals?: JsonObject;
  readonly http?: JsonObject;
  readonly origin: RunIdentity;
}

export type FibreId = number;
export type ScopeId = string;

export interface Fibre {
  readonly id: FibreId;
  /** Frames from the outermost to the innermost. A frame's position is a node id, never a bare index (P2). */
  readonly frames: readonly Frame[];
  /** Absent: it can go on. */
  readonly park?: Park;
  /** Scope of its outermost frame: for a branch of `all`, the one that it shares. */
  readonly scope: ScopeId;
  /** The fibre that joins this one. Detached: nobody joins it any more. */
  readonly joins?: FibreId;
  readonly detached?: true;
}

/** One execution of an automation: its locals and what `run.*` shows inside. Shared by the fibres of an `all`. */
export interface Scope {
  readonly automation: string;
  readonly program: Digest;
  readonly locals: JsonObject;
  /** Locals that stand for the answer's stream (`$http`): known by name only, so that no value can pretend to be it. */
  readonly streams?: readonly string[];
  readonly args: JsonObject;
  readonly trigger: StartInput['trigger'];
  readonly depth: number;
  readonly startedAt: number;
  readonly throttledMs: number;
}

export type Frame =
  /** Bottom of every execution. `output`: where the caller wants the answer (of the calling node). */
  | { readonly k: 'call'; readonly scope: ScopeId; readonly node: NodeId | null; readonly stage: 'body' | 'drain' }
  /** A list of instructions: `list` of node `owner` (null = the program's `do`); `at` = the one running or next. */
  | { readonly k: 'list'; readonly owner: NodeId | null; readonly list: number; readonly at: NodeId | null }
  | {
      readonly k: 'repeat';
      readonly node: NodeId;
      readonly items: readonly Json[] | null;
      readonly count: number;
      readonly index: number;
    }
  | { readonly k: 'try'; readonly node: NodeId; readonly stage: 'do' | 'catch' }
  /** Waits for its branches. */
  | { readonly k: 'all'; readonly node: NodeId; readonly branches: readonly FibreId[] };

export type Park =
  | {
      readonly kind: 'wait';
      readonly id: WaitId;
      readonly node: NodeId;
      readonly wait: WaitSpec;
      readonly since: number;
      readonly deadline: number;
    }
  | {
      readonly kind: 'sleep';
      readonly id: WaitId;
      readonly node: NodeId;
      readonly since: number;
      readonly deadline: number;
    }
  | {
      readonly kind: 'fetch';
      readonly id: CommandId;
      readonly node: NodeId;
      readonly request: FetchRequest;
      readonly since: number;
    }
  | {
      readonly kind: 'topics';
      readonly id: CommandId;
      readonly node: NodeId;
      readonly request: TopicRequest;
      readonly since: number;
    }
  | { readonly kind: 'join' }
  | { readonly kind: 'drain' };

export interface WaitSpec {
  readonly oneOf: readonly EventPattern[];
}
export interface EventPattern {
  /** Name in the root workspace: already prefixed inside an app. */
  readonly event: string;
  /** Dotted path from the event's root -> value; all must be loosely equal. */
  readonly filters?: JsonObject;
  readonly cancelTriggers?: boolean;
}

/** A call of an HTTP API, complete: nothing is interpolated any more. */
export interface FetchRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: { readonly [name: string]: string };
  readonly query?: JsonObject;
  readonly body?: Json;
  readonly emitErrors: boolean;
  readonly outputMode: 'body' | 'detailed_response' | 'data_url';
  readonly workspaceId: string;
  readonly correlationId: string;
  /** Same for every attempt. */
  readonly idempotencyKey: string;
}

/** What is asked of the workspace's user topics. */
export interface TopicRequest {
  readonly kind: 'create' | 'join';
  readonly workspaceId: string;
  readonly topic: string;
  readonly userIds: readonly string[];
  /** `join` only: make the topic when there is none. */
  readonly create?: boolean;
  /** Same for every attempt: who has made the topic is told so again. */
  readonly idempotencyKey: string;
}

// ---------------------------------------------------------------- what comes out

export type Command =
  | { readonly kind: 'emit'; readonly event: OutEvent }
  | { readonly kind: 'patch'; readonly patch: Patch }
  | { readonly kind: 'wait'; readonly change: WaitChange }
  | { readonly kind: 'fetch'; readonly commandId: CommandId; readonly request: FetchRequest; readonly node: NodeId }
  | { readonly kind: 'topics'; readonly commandId: CommandId; readonly request: TopicRequest; readonly node: NodeId }
  | { readonly kind: 'answer'; readonly part: AnswerPart }
  /** `user` or `session` was switched: their contexts must be read anew. */
  | { readonly kind: 'yield'; readonly commandId: CommandId };

export interface OutEvent extends Event {
  readonly origin: EventOrigin;
  readonly target?: EventTarget;
}

/** One change of a stored context, applied atomically, path by path: writes to different paths never undo each other. */
export interface Patch {
  readonly context: ContextName | 'config';
  /** Storage key; for `config` the app instance. */
  readonly owner: string;
  readonly op: 'replace' | 'merge' | 'push' | 'delete';
  readonly path: readonly (string | number)[];
  readonly value?: Json;
}

/** A write that would have made the contexts too large. */
export interface RefusedPatch {
  readonly context: ContextName;
  readonly path: readonly (string | number)[];
  /** Before the write. */
  readonly usedBytes: number;
  /** What the write would have added. */
  readonly sizeBytes: number;
  readonly limitBytes: number;
}

export type WaitChange = { readonly open: OpenWait } | { readonly close: WaitId };
export interface OpenWait extends WaitSpec {
  readonly id: WaitId;
  readonly workspaceId: string;
  readonly until: number;
}

/**
 * An answer leaves in parts, so that streams fit: any heads, chunks and keep-alives, one end. `index` counts the parts of
 * a run, so that one that comes twice is known again; absent in an answer of one part.
 */
export type AnswerPart = { readonly index?: number } & (
  | { readonly head: { readonly status?: number; readonly headers?: { readonly [name: string]: string } } }
  | { readonly chunk: Json }
  /** Wanted time between signs of life, milliseconds. */
  | { readonly keepAlive: number }
  | { readonly end: { readonly status: number; readonly output?: Json; readonly error?: ErrorValue } }
);

export type RunResult =
  | { readonly kind: 'done'; readonly output: Json }
  | { readonly kind: 'failed'; readonly error: ErrorValue; readonly status: number }
  | { readonly kind: 'cancelled'; readonly reason: string };

export interface Advanced {
  readonly state: State;
  readonly commands: readonly Command[];
  /** Steps taken in this call. */
  readonly steps: number;
  /** How often each instruction was entered: `<program digest>/<node>`. */
  readonly hits: { readonly [node: string]: number };
  /** True when `maxSteps` cut the turn: call again with the same turn number and no items. */
  readonly cut?: true;
  /** There when no fibre is left. */
  readonly outcome?: RunResult;
}

/** Given to an observer at each step; nothing of it goes into the state. */
export interface Step {
  readonly node: NodeId;
  readonly program: Digest;
  readonly fibre: FibreId;
  readonly phase: 'enter' | 'resume';
}

export interface AdvanceOptions {
  observe?(step: Step): void;
  readonly maxSteps?: number;
}
