import type { RunIdentity } from '../core/run/types';

/** What a `fetch` of the own API may carry. */
export interface OwnApi {
  /** API_URL, with its `/v2`. */
  readonly url: string;
  /** Carries the key (API_KEY_HEADER). */
  readonly apiKeyHeader: string;
  /** A bearer token for this user that ends in seconds; `{}` = nobody, it tells no more than the run that calls. */
  mintToken(user: RunIdentity, run: { readonly workspaceId: string; readonly correlationId: string }): Promise<string>;
  /** A key of the workspace by its name; undefined when there is none. */
  apiKey(workspaceId: string, name: string): string | undefined;
}
