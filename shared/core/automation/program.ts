/**
 * The program: what the compiler makes of one automation, and all that a run needs of it. A JSON value.
 *
 * P1  A program holds meaning only: no positions, comments, display names. Its digest (`p:` + sha256 of the canonical
 *     JSON) changes when, and only when, its meaning does. Positions are in the source map, beside it.
 * P2  Frames of a run refer to `(program digest, node id)`. Node ids are given in document order (`n0`, `n1`, ...).
 * P3  Ops never change meaning: changed behaviour is a new op, because a sleeping run may wake up with the old one.
 */
import type { Expr } from '../expression/ast';
import type { PathTemplate, Raise, Template } from '../expression/template';
import type { Digest, Json, JsonObject } from '../json';
import type { ExecuteRule } from '../permissions/may-execute';

export const IR_VERSION = 1;

export type NodeId = string;

export interface Program {
  readonly irVersion: typeof IR_VERSION;
  /** Slug inside its own workspace or app; never contains a dot. */
  readonly slug: string;
  readonly do: readonly NodeId[];
  readonly nodes: { readonly [id: NodeId]: ProgramNode };
  /** Absent: the run answers `{}`. */
  readonly output?: Template;
  /** JSON Schema of what the automation is given, present only when that is validated. */
  readonly arguments?: DeclaredArguments;
  /** Arguments declared with `secret: true`: keys from the arguments to each, `*` = every item of a list. */
  readonly secretArguments?: readonly (readonly string[])[];
  /** Not callable from the workspace that installed this one. */
  readonly private?: true;
  readonly disabled?: true;
  readonly authorizations?: JsonObject;
}

/** `invalid`: why the schema is none. It refuses everything, as an argument that nobody checks would be worse. */
export type DeclaredArguments = { readonly schema: JsonObject } | { readonly invalid: string };

export interface ProgramNode {
  readonly op: Op;
  /** Node whose list holds this one; null at the top. */
  readonly parent: NodeId | null;
  /** Hash of the op without its children: tells an instruction again in a later version of the text. */
  readonly anchor: string;
  /** Lists of children, by position: `conditions` one a branch (default last), `repeat` [do], `all` [its instructions, a branch each], `try` [do, catch]. */
  readonly lists?: readonly (readonly NodeId[])[];
}

export interface SetOp {
  readonly op: 'set';
  readonly name: PathTemplate;
  readonly value?: Template;
  readonly mode: 'replace' | 'merge' | 'push';
}
export interface DeleteOp {
  readonly op: 'delete';
  readonly name: PathTemplate;
}
/** `when[i]` guards `lists[i]`; one more list than guards = the default. A `raise` is a key that cannot be parsed. */
export interface ConditionsOp {
  readonly op: 'conditions';
  readonly when: readonly (Expr | Raise)[];
}
export interface RepeatOp {
  readonly op: 'repeat';
  readonly on?: Template;
  readonly until?: Template;
}
export interface BreakOp {
  readonly op: 'break';
  readonly scope?: Template;
}
export interface AllOp {
  readonly op: 'all';
}
export interface CommentOp {
  readonly op: 'comment';
}
export interface EmitOp {
  readonly op: 'emit';
  readonly event: Template;
  readonly payload?: Template;
  readonly target?: Template;
  readonly options?: Template;
  readonly output?: OutputName;
}
export interface WaitOp {
  readonly op: 'wait';
  readonly oneOf: readonly {
    readonly event: Template;
    readonly filters?: Template;
    readonly cancelTriggers?: Template;
  }[];
  /** Seconds; absent, 0 or ∅ = the default. */
  readonly timeout?: Template;
  readonly output?: OutputName;
}
export interface FetchOp {
  readonly op: 'fetch';
  readonly url: Template;
  readonly method?: Template;
  readonly headers?: Template;
  readonly query?: Template;
  readonly body?: Template;
  readonly multipart?: Template;
  readonly emitErrors?: Template;
  readonly outputMode?: Template;
  readonly stream?: Template;
  readonly apiKey?: Template;
  readonly output?: OutputName;
}
/** A direct call; `automation` is the name as written: `<slug>` or `<instance>.<slug>`. */
export interface CallOp {
  readonly op: 'call';
  readonly automation: string;
  readonly arguments: Template;
  readonly output?: OutputName;
}
export interface TryOp {
  readonly op: 'try';
  readonly output: OutputName;
}
export interface SleepOp {
  readonly op: 'sleep';
  readonly seconds?: Template;
  readonly until?: Template;
}
export interface CreateUserTopicOp {
  readonly op: 'createUserTopic';
  readonly topic: Template;
  readonly userIds?: Template;
  readonly output?: OutputName;
}
export interface JoinUserTopicOp {
  readonly op: 'joinUserTopic';
  readonly topic: Template;
  readonly userIds?: Template;
  readonly create?: Template;
  readonly output?: OutputName;
}
/** A flawed instruction of a lenient save: raises its documented error when it is reached. */
export interface RaiseOp {
  readonly op: 'raise';
  readonly error: { readonly error: string; readonly message: string; readonly details: JsonObject };
}

export type Op =
  | SetOp
  | DeleteOp
  | ConditionsOp
  | RepeatOp
  | BreakOp
  | AllOp
  | CommentOp
  | EmitOp
  | WaitOp
  | FetchOp
  | CallOp
  | TryOp
  | SleepOp
  | CreateUserTopicOp
  | JoinUserTopicOp
  | RaiseOp;

/** `output:` of an instruction: a variable name, or a value that is no name (then `InvalidOutputError` is sent, and the run goes on). */
export type OutputName = PathTemplate | { readonly invalid: Json };

/**
 * What one run may execute: the closure of programs that its automation can reach by direct calls, and the config of
 * each app instance among them (the root is `''`). Handed to `advance`; history holds its digest only.
 */
export interface ProgramSet {
  readonly release: Digest;
  /** Full slug (`<instance>.<slug>` inside an app) -> its program. A called name that is absent does not exist. */
  readonly automations: { readonly [fullSlug: string]: LinkedProgram };
  readonly config: { readonly [instance: string]: JsonObject };
  /** The app instances among them; absent = none. */
  readonly apps?: { readonly [instance: string]: AppFacts };
  /** On executing automations, in their order; absent = none. */
  readonly rules?: readonly ExecuteRule[];
  /** What `$workspace` shows, by instance: only where a program reads it. */
  readonly definitions?: { readonly [instance: string]: JsonObject };
  /** Config fields declared with `secret: true`, by instance: keys from the config to each. */
  readonly secretConfig?: SecretConfig;
  /** Texts to be hidden: the workspace's secrets, and those in secret config fields. Put there by the worker only. */
  readonly secrets?: readonly string[];
}

/** What a run says of an app instance. */
export interface AppFacts {
  readonly slug: string;
  /** Slugs of the apps around it, the outermost first; none at the first level. */
  readonly parents: readonly string[];
  /** Name of an endpoint inside -> the name it is called by. */
  readonly endpoints: { readonly [name: string]: string };
}

/** By app instance, '' = the root: keys from the config to each secret field, `*` = every item of a list. */
export interface SecretConfig {
  readonly [instance: string]: readonly (readonly string[])[];
}

export interface LinkedProgram {
  readonly digest: Digest;
  /** App instance under which it runs; '' = the root workspace. Gives its config and the prefix of its events. */
  readonly instance: string;
  readonly program: Program;
}
