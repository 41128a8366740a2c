import type { JsonObject } from '../../shared/core/json';
import type { LoginProviders } from '../../shared/ports/identity/login-provider';
import type { PasswordHasher } from '../../shared/ports/identity/password-hasher';
import type { Mailer } from '../../shared/ports/identity/mailer';
import type { SessionStore } from '../../shared/ports/identity/session-store';
import type { AccessTokenStore, OneTimeTokenStore } from '../../shared/ports/identity/token-stores';
import type { UserStore } from '../../shared/ports/identity/user-store';
import type { Photos } from '../../shared/ports/photos';
import type { Log } from '../../shared/ports/log';
import type { HttpRequest } from '../http/contract';
import type { RateLimiter } from '../http/rate-limit';
import type { IdentitySettings } from './settings';
import type { SignedTokens } from './signed-tokens';

/** Publishes an event of identity. Does not throw, and nobody waits for it. */
export type Tell = (type: string, payload: JsonObject, request: Pick<HttpRequest, 'caller' | 'http'>) => void;

export interface IdentityDependencies {
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly accessTokens: AccessTokenStore;
  readonly oneTimeTokens: OneTimeTokenStore;
  readonly hasher: PasswordHasher;
  readonly tokens: SignedTokens;
  readonly mailer: Mailer;
  readonly limiter: RateLimiter;
  readonly tell: Tell;
  readonly log: Log;
  readonly settings: IdentitySettings;
  readonly providers: LoginProviders;
  readonly photos: Photos;
  /** Signs the cookie of a login that is under way (SESSION_COOKIES_SIGN_SECRET). */
  readonly cookieSecret: string;
  readonly now?: () => number;
}
