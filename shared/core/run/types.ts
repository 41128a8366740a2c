/**
 * The machine's vocabulary: what goes in (turns of items), what it is (state), what comes out (commands, outcome).
 * All of it is JSON. Words and rules: `docs/runs.md`.
 */
import type { NodeId } from '../automation/program';
import type { ErrorValue } from '../errors/errors';
import type { Event, EventOrigin, EventTarget } from '../events/event';
import type { Digest, Json, JsonObject } from '../json';
import type { ExecuteRule } from '../permissions/may-execute';

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
  /** Of the API key that the caller has shown, on executing automations; gone when the run switches its user. */
  readonly keyRules?: readonly ExecuteRule[];
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
  /** Parts of a stream that may leave with one turn; absent = 1, the turn ends behind each. */
  readonly partsPerTurn?: number;
  /** What the stored contexts of a workspace may take together; absent or 0 = any. */
  readonly contextsMaxBytes?: number;
  /** How many tokens of the workspace's rate limits are asked for at once; an absent kind has no limit. */
  readonly tokens?: { readonly [kind in RunTokenKind]?: number };
}

/** Rate limits that the machine itself asks for tokens of. */
export type RunTokenKind = 'automations' | 'emits' | 'repeats';
export type Tokens = { readonly [kind in RunTokenKind]?: number };

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
  /** How long the run waits before its first turn, for a rate limit. */
  readonly throttledMs?: number;
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
  | { readonly chunk: ChunkBatch }
  /** `throttledMs`: what the tokens asked for have cost. */
  | { readonly flushed: { readonly commandId: CommandId; readonly throttledMs?: number } }
  | { readonly timer: WaitId };

/** An answer from outside, as the machine sees it. */
export interface CallResult {
  readonly commandId: CommandId;
  readonly outcome: { readonly ok: Json } | { readonly err: ErrorValue };
  /** Events that the call asks for, such as `runtime.fetch.failed`; the machine mints and sends them. */
  readonly events?: readonly { readonly type: string; readonly payload: JsonObject }[];
  /** There when the body is read piece by piece: where its first piece will be. `ok` has no body then. */
  readonly stream?: StreamCursor;
  readonly attempts: number;
  readonly ms: number;
  /** Of it, the time before the call that a rate limit has taken. */
  readonly throttledMs?: number;
}

/** Pieces of a stream that came since the last reading, in order and without gaps. */
export interface ChunkBatch {
  readonly commandId: CommandId;
  /** Of the first of them. */
  readonly index: number;
  readonly chunks: readonly Json[];
  /** Where the next reading begins; absent when nothing was read. */
  readonly cursor?: StreamCursor;
  /** Nothing comes after these. */
  readonly end?: true;
  /** Why the source closed, when that is a failure. */
  readonly error?: ErrorValue;
  /** Nobody holds the connection any more (its worker was lost): the source must be asked again. */
  readonly lost?: true;
}

/** A place in a stream: so that a source which is asked again can be found to say the same. */
export interface StreamCursor {
  /** Pieces before it. */
  readonly index: number;
  /** Bytes before it, and their sha256. */
  readonly bytes: number;
  readonly hash: string;
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
  /** Set when the turn ended because its step budget did, or for tokens: answered by `flushed`. */
  readonly yielded?: CommandId;
  /** Tokens of rate limits that the run holds, and those that `flushed` brings. */
  readonly tokens?: Tokens;
  readonly asked?: AskedTokens;
  readonly answered?: true;
  /** Parts of the answer sent before its end; absent = none. */
  readonly parts?: number;
  /** Streams that are read, by the id in their handles; absent = none. */
  readonly streams?: { readonly [id: StreamId]: OpenStream };
  readonly result?: RunResult;
}

export interface AskedTokens {
  readonly kind: RunTokenKind;
  readonly amount: number;
  /** Who goes on with them. */
  readonly fibre: FibreId;
}

export type StreamId = string;

/** The answer of a `fetch` that is read piece by piece. */
export interface OpenStream {
  /** Asked again when the connection is lost. */
  readonly request: FetchRequest;
  readonly cursor: StreamCursor;
  /** Pieces that were read and not taken yet. */
  readonly chunks: readonly Json[];
  readonly ended?: true;
  readonly error?: ErrorValue;
  /** A loop reads it: nobody else may. */
  readonly taken?: true;
  readonly options?: StreamOptions;
  /** Grows with each piece that is taken, where `options.concatenate` asks for it. */
  readonly concatenated?: Json;
  /** Only while the `fetch` itself makes events of the pieces. */
  readonly emits?: StreamEmits;
}

/** `fetch.stream` as far as it changes what a turn of a loop is given. */
export interface StreamOptions {
  readonly additionalPayload?: Json;
  /** Path inside each data element. */
  readonly concatenate?: readonly (string | number)[];
}

/** `fetch.stream` with an event: interpolated once, when the call is made. */
export interface StreamEvent {
  readonly event: string;
  readonly target?: JsonObject;
  readonly options?: JsonObject;
  readonly throttleMs?: number;
}

export interface StreamEmits extends StreamEvent {
  /** Status and headers, for the `output` at the end. */
  readonly answer: Json;
  readonly sentAt?: number;
  /** The last piece, while it is too early to send it. */
  readonly held?: JsonObject;
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
      /** Items come from this stream; `count` is the most of them. */
      readonly stream?: StreamId;
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
      /** What to do with an answer that is a stream. */
      readonly stream?: StreamOptions & { readonly emits?: StreamEvent };
    }
  | {
      readonly kind: 'stream';
      /** Of the reading, or of the call that asks the source again. */
      readonly id: CommandId;
      readonly node: NodeId;
      readonly stream: StreamId;
      readonly since: number;
      /** The source is being asked again. */
      readonly reopens?: true;
      /** When a piece that came too early is sent. */
      readonly timer?: { readonly id: WaitId; readonly deadline: number };
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
  /** Takes precedence over `body`. */
  readonly multipart?: readonly FormPart[];
  /** `fetch.stream` was given: an answer of another content type is read as a stream too. */
  readonly wantsStream?: true;
  /** Of the own API only: for whom, unless the author gives credentials; and the name of a key of the workspace. */
  readonly onBehalfOf?: RunIdentity;
  readonly apiKey?: string;
  /** Asked again: what was read already must come again, and is left out. */
  readonly resume?: StreamCursor;
  readonly workspaceId: string;
  readonly correlationId: string;
  /** Same for every attempt. */
  readonly idempotencyKey: string;
}

/** One part of a multipart body. */
export interface FormPart {
  readonly fieldname: string;
  readonly value: Json;
  readonly filename?: string;
  readonly contentType?: string;
}

/** Asks for the next pieces of a stream. Asked twice, it gives the same or more. */
export interface StreamReading {
  /** Key of the call that opened it. */
  readonly stream: string;
  readonly cursor: StreamCursor;
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
  | { readonly kind: 'read'; readonly commandId: CommandId; readonly request: StreamReading; readonly node: NodeId }
  /** Nobody reads this stream any more: the connection can go. Names the call that opened it. */
  | { readonly kind: 'close'; readonly stream: string }
  | { readonly kind: 'answer'; readonly part: AnswerPart }
  /** The turn ends here, and the run goes on: contexts must be read anew, steps are used up, or tokens are missing. */
  | { readonly kind: 'yield'; readonly commandId: CommandId; readonly tokens?: Tokens };

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
  | {
      readonly kind: 'failed';
      readonly error: ErrorValue;
      readonly status: number;
      /** The instruction that failed; absent when the run had not begun. */
      readonly at?: { readonly automation: string; readonly node: NodeId };
    }
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
