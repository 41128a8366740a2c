import type { KnownCaller } from '../access';

/** What a credential is worth. */
export type Verdict =
  | {
      readonly kind: 'known';
      readonly caller: KnownCaller;
      /** Absent for tokens of the settings: they have no session that could end. */
      readonly session?: { readonly csrfToken?: string };
      /** False: a second factor is set up and was not shown. */
      readonly mfaValidated: boolean;
      /** What a run says of itself when it calls the API. */
      readonly run?: RunClaims;
    }
  /** Of a run without a session: authenticates nobody. */
  | { readonly kind: 'run'; readonly run: RunClaims }
  /** `fatal`: refused on every route, even where nobody need be known. */
  | { readonly kind: 'refused'; readonly reason: string; readonly fatal: boolean };

export interface RunClaims {
  readonly correlationId?: string;
  readonly workspaceId?: string;
}

/** Tokens that runs call the own API with. */
export interface RunTokens {
  /** Null for what is none of them, or has ended. The caller is empty when the run knows no user. */
  open(token: string): Promise<{ readonly caller: KnownCaller; readonly run: RunClaims } | null>;
}

/** Judges the credential of a request. @throws StorageUnavailable (retryable) */
export interface Authenticator {
  judge(token: string): Promise<Verdict>;
}
