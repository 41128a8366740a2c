import type { JsonObject } from '../../core/json';

/** What only the browser that has started a login may know of it. */
export interface LoginSecrets {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** Whom a provider has let in, by its signed word. */
export interface ProviderProfile {
  /** Never changes and is never given to another one, unlike an address. */
  readonly subject: string;
  readonly email?: string;
  /** The provider stands for it that the address is this person's. */
  readonly emailVerified: boolean;
  readonly firstName?: string;
  readonly lastName?: string;
  /** All that it says of the person. */
  readonly claims: JsonObject;
}

/** A service that says who somebody is, by redirects of the browser. */
export interface LoginProvider {
  newSecrets(): LoginSecrets;
  /** Where the browser goes to log in. @throws ConfigurationError when the provider cannot be used */
  addressOf(secrets: LoginSecrets, redirectUri: string): Promise<string>;
  /**
   * @param answer  the query that the browser has come back with
   * @throws AuthenticationError when the provider refuses, or its answer is not what was asked for; ConfigurationError
   *   when it cannot be used
   */
  finish(
    answer: { readonly [name: string]: string },
    secrets: LoginSecrets,
    redirectUri: string,
  ): Promise<ProviderProfile>;
}

/** By name; the name is what callers give as `provider`, and the key of `authData`. */
export type LoginProviders = ReadonlyMap<string, LoginProvider>;
