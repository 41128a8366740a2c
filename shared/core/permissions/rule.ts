import type { Json, JsonObject } from '../json';
import type { Action, SubjectType } from './actions';

/** One rule of a security document or of an API key. */
export interface Rule {
  readonly actions: readonly Action[];
  readonly subjects: readonly SubjectType[];
  /** Absent: everybody, as `default` means too. */
  readonly roles?: readonly string[];
  /** On the subject, such as `{type: {$regex: '^order'}}`. Absent: any. */
  readonly conditions?: JsonObject;
  /** Forbids. */
  readonly inverted?: true;
  /** What a caller is told whom this rule refuses. */
  readonly reason?: string;
}

/** A role that a security document declares. */
export interface DeclaredRole {
  readonly name: string;
  readonly description?: Json;
  /** Provider -> conditions on `{authData}` of that provider: whoever meets them has the role. */
  readonly auth?: { readonly [provider: string]: JsonObject };
}

/** What a security document says, as far as it says it rightly. */
export interface Authorizations {
  readonly roles: readonly DeclaredRole[];
  readonly rules: readonly Rule[];
}

export const NO_AUTHORIZATIONS: Authorizations = { roles: [], rules: [] };
