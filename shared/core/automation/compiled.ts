import type { Digest, Json, JsonObject } from '../json';
import type { ExecuteRule } from '../permissions/may-execute';
import type { Diagnostic } from './diagnostic';
import type { NodeId, Program, SecretConfig } from './program';

/** `[line, col, endLine, endCol]`, 1-based. Stored beside the program under its source digest, never inside (P1). */
export type SourceMap = { readonly [node: NodeId]: readonly [number, number, number, number] };

export interface Triggers {
  /** Endpoint name, absent = none. */
  readonly endpoint?: string;
  readonly events: readonly string[];
  /** As written, for `run.trigger.value`; 5 or 6 fields, UTC. */
  readonly schedules: readonly string[];
}

/** What the compiler makes of one automation file. */
export interface CompiledAutomation {
  readonly slug: string;
  readonly program: Program;
  readonly programDigest: Digest;
  readonly sourceDigest: Digest;
  readonly sourceMap: SourceMap;
  readonly triggers: Triggers;
  readonly name: Json;
  readonly description?: Json;
  readonly labels: readonly string[];
  /** Names called directly, as written, with the node that calls them: input of the link step. */
  readonly calls: readonly { readonly name: string; readonly node: NodeId; readonly path: string }[];
  readonly emits: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What a workspace deploys: immutable, by digest (`r:`). Programs and texts are kept by their own digests. */
export interface Release {
  readonly formatVersion: 1;
  readonly digest: Digest;
  readonly workspaceId: string;
  readonly name: Json;
  readonly createdAt: number;
  readonly automations: { readonly [fullSlug: string]: ReleasedAutomation };
  /** As written, not interpolated: secrets are named, never valued. Key: app instance, '' = root. */
  readonly config: { readonly [instance: string]: JsonObject };
  /** Where the index gives one: names the workspace in settings. */
  readonly slug?: string;
  /** Installed apps by full slug, at every depth; absent = none. */
  readonly instances?: { readonly [instance: string]: ReleasedInstance };
  /** Of the workspace's `security.yml`, on executing automations; absent = none. */
  readonly rules?: readonly ExecuteRule[];
  /** Which of the sets of secrets that were saved over HTTP its runs are given; absent = none was ever saved. */
  readonly secrets?: number;
  /** Where the schema of a config says `secret: true`; absent = nowhere. */
  readonly secretConfig?: SecretConfig;
}

export interface ReleasedInstance {
  readonly appSlug: string;
  /** The workspace that is the app. */
  readonly app: string;
  readonly name: Json;
  /** As written in the import: put over the app's own config. */
  readonly config: JsonObject;
}

export interface ReleasedAutomation {
  readonly slug: string;
  readonly instance: string;
  readonly program: Digest;
  readonly source: Digest;
  readonly file: string;
  readonly triggers: Triggers;
  readonly disabled?: true;
  readonly private?: true;
  readonly authorizations?: JsonObject;
  readonly name: Json;
  readonly labels: readonly string[];
  /** Full slugs reachable by direct calls, itself included, sorted. */
  readonly closure: readonly string[];
}
