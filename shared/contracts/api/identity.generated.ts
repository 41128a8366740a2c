/** Made by scripts/api-types.mjs from shared/contracts/openapi/identity.yaml; never edited. */

import type { Json } from '../../core/json';

export type Name = string;

export type Language = string;

export type User = {
  readonly id?: string;
  readonly email?: string;
  readonly status?: 'pending' | 'validated' | 'deactivated';
  readonly firstName?: string;
  readonly lastName?: string;
  readonly photo?: string;
  readonly language?: string;
  readonly mfa?: 'none' | 'totp';
  readonly meta?: { readonly [name: string]: Json };
  readonly groups?: readonly string[];
  readonly authData?: { readonly [name: string]: Json };
  /** Shown to super admins only */
  readonly platformRole?: string;
};

export type AccessToken = {
  readonly id?: string;
  readonly name?: string;
  readonly userId?: string;
  readonly expiresAt?: string;
  readonly token?: string;
};

/** By operationId. */
export interface Operations {
  /** Send a browser to a login provider; it comes back to `/v2/login/callback` */
  readonly startProviderLogin: {
    readonly params: Record<never, never>;
    readonly query: {
      /** Name of a provider in AUTH_PROVIDERS_CONFIG_PATH */
      readonly provider: string;
      /** Where the browser goes in the end; a path of the console, or a page that may act for its users */
      readonly returnTo?: string;
    };
  };

  /** Log in with email and password */
  readonly logIn: {
    readonly params: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: { readonly email: string; readonly password: string };
    readonly reply: User & {
      /** At login only */
      readonly token?: string;
      readonly sessionId?: string;
      /** ISO 8601 */
      readonly expires?: string;
    };
  };

  /** Where a provider sends the browser back to; logs in, and sets the cookie `access-token` */
  readonly finishProviderLogin: { readonly params: Record<never, never>; readonly query: Record<never, never> };

  /** End the session; every token that names it is refused from now on */
  readonly logOut: {
    readonly params: Record<never, never>;
    readonly query: Record<never, never>;
    readonly reply: { readonly [name: string]: Json };
  };

  /** A session for somebody without an account */
  readonly logInAnonymously: {
    readonly params: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: {
      /** Seconds */
      readonly expiresAfter?: number;
    };
    readonly reply: User & {
      /** At login only */
      readonly token?: string;
      readonly sessionId?: string;
      /** ISO 8601 */
      readonly expires?: string;
    };
  };

  /** Who I am; the header `x-prismeai-csrf-token` is what a page needs for changes */
  readonly getMe: {
    readonly params: Record<never, never>;
    readonly query: Record<never, never>;
    readonly reply: User & {
      /** At login only */
      readonly token?: string;
      readonly sessionId?: string;
      /** ISO 8601 */
      readonly expires?: string;
    };
  };

  /** Open an account; it does not log in */
  readonly signUp: {
    readonly params: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: {
      readonly email: string;
      readonly password: string;
      readonly firstName: Name;
      readonly lastName: Name;
      readonly language?: Language;
    };
    readonly reply: User;
  };

  /** Ask for a link by mail (email), or use it (token) */
  readonly validateAccount: {
    readonly params: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: {
      readonly email?: string;
      readonly language?: Language;
      readonly token?: string;
      readonly password?: string;
    };
    readonly reply: { readonly success?: boolean };
  };

  /** Ask for a link by mail (email), or set a new password with it (token, password); that ends all sessions */
  readonly resetPassword: {
    readonly params: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: {
      readonly email?: string;
      readonly language?: Language;
      readonly token?: string;
      readonly password?: string;
    };
    readonly reply: User;
  };

  /** Change one's own profile */
  readonly updateMyself: {
    readonly params: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: {
      readonly firstName?: Name;
      readonly lastName?: Name;
      readonly language?: Language;
      readonly photo?: string;
      readonly meta?: { readonly [name: string]: Json };
    };
    readonly reply: User;
  };

  /** Ask for a link by mail that deletes the account */
  readonly askToDeleteMyself: {
    readonly params: Record<never, never>;
    readonly query: Record<never, never>;
    readonly reply: { readonly success?: boolean };
  };

  /** Change a user; status, platformRole and groups by super admins only */
  readonly updateUser: {
    readonly params: { readonly userId: string };
    readonly query: Record<never, never>;
    readonly body: {
      readonly firstName?: Name;
      readonly lastName?: Name;
      readonly meta?: { readonly [name: string]: Json };
      readonly status?: 'pending' | 'validated' | 'deactivated';
      readonly platformRole?: string;
      readonly groups?: readonly string[];
    };
    readonly reply: User;
  };

  /** Delete an account, with the token from the mail; a super admin needs none */
  readonly deleteUser: {
    readonly params: { readonly userId: string };
    readonly query: { readonly token?: string };
    readonly reply: { readonly success?: boolean };
  };

  /** Merge into one's own meta */
  readonly setMyMeta: {
    readonly params: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: { readonly [name: string]: Json };
    readonly reply: { readonly [name: string]: Json };
  };

  /** Remove one key of one's own meta */
  readonly deleteMyMeta: {
    readonly params: { readonly key: string };
    readonly query: Record<never, never>;
    readonly reply: { readonly [name: string]: Json };
  };

  /** Find users by ids or by email; super admins by any part of their fields */
  readonly findContacts: {
    readonly params: Record<never, never>;
    readonly query: { readonly page?: number; readonly limit?: number };
    readonly body: {
      readonly ids?: readonly string[];
      readonly email?: string;
      readonly firstName?: string;
      readonly lastName?: string;
      readonly authProvider?: string;
      readonly status?: string;
      readonly platformRole?: string;
      readonly groups?: readonly string[];
    };
    readonly reply: { readonly size?: number; readonly contacts?: readonly { readonly [name: string]: Json }[] };
  };

  /** One's own access tokens; the tokens themselves are shown once only, when they are made */
  readonly listAccessTokens: {
    readonly params: Record<never, never>;
    readonly query: Record<never, never>;
    readonly reply: readonly AccessToken[];
  };

  /** Make an access token for a program */
  readonly createAccessToken: {
    readonly params: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: {
      readonly name: string;
      /** ISO 8601 */
      readonly expiresAt: string;
    };
    readonly reply: AccessToken;
  };

  /** Revoke an access token; it is refused from now on */
  readonly deleteAccessToken: {
    readonly params: {
      /** The token, or its id */
      readonly token: string;
    };
    readonly query: Record<never, never>;
    readonly reply: AccessToken;
  };

  /** Set up a second factor, or take it away; the password is asked again */
  readonly setUpMfa: {
    readonly params: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: { readonly method: 'totp' | 'none'; readonly currentPassword: string };
    readonly reply: { readonly secret?: string; readonly qrImage?: string; readonly method?: string };
  };

  /** Show the second factor of this session */
  readonly showMfa: {
    readonly params: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: { readonly totp: string };
    readonly reply: { readonly success?: boolean };
  };

  /** Public keys that sessions are signed with */
  readonly getSigningKeys: {
    readonly params: Record<never, never>;
    readonly query: Record<never, never>;
    readonly reply: { readonly [name: string]: Json };
  };

  /** Where the signing keys are, and what signs */
  readonly getDiscovery: {
    readonly params: Record<never, never>;
    readonly query: Record<never, never>;
    readonly reply: { readonly [name: string]: Json };
  };
}
