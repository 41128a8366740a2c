import { isAnonymous } from '../../shared/core/identity/user';
import type { Caller, Identity, KnownCaller } from '../../shared/ports/access';
import type { Authenticator, RunClaims, RunTokens, Verdict } from '../../shared/ports/identity/authenticator';
import type { SessionStore } from '../../shared/ports/identity/session-store';
import type { AccessTokenStore } from '../../shared/ports/identity/token-stores';
import type { UserStore } from '../../shared/ports/identity/user-store';
import { ACCESS_TOKEN_PREFIX, ownerOfSession } from './session-owner';
import { hashOf } from './secret-tokens';
import { ALL_SCOPES, platformRoleOf, SUPER_ADMIN, type IdentitySettings } from './settings';
import type { SignedTokens, TokenClaims } from './signed-tokens';

export interface JudgeDependencies {
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly accessTokens: AccessTokenStore;
  readonly tokens: SignedTokens;
  /** Tokens of the settings. */
  readonly local: Pick<Identity, 'authenticate'>;
  /** Tokens of runs that call the API: whom they say they act for is true, what that one may do is looked up. */
  readonly runs?: RunTokens;
  /** Sessions of the settings: they have no end. */
  readonly localCallers: readonly KnownCaller[];
  readonly settings: Pick<IdentitySettings, 'superAdminEmails'>;
  readonly now?: () => number;
}

/**
 * Says what a credential is worth: a token of the settings, an access token, or the signed token of a session. Session
 * and user are looked up each time: an ended session, a deactivated user lose access at the next request.
 */
export class CredentialJudge implements Authenticator, Identity {
  constructor(private readonly dependencies: JudgeDependencies) {}

  async judge(token: string): Promise<Verdict> {
    const local = await this.dependencies.local.authenticate(token);
    if (local) return known(this.asLocal(local), true);
    if (token.startsWith(ACCESS_TOKEN_PREFIX)) return this.judgeAccessToken(token);
    const opened = await this.dependencies.runs?.open(token);
    if (opened) return this.judgeRun(opened.caller, opened.run);
    const claims = await this.dependencies.tokens.verify(token);
    if ('refused' in claims) return { kind: 'refused', reason: claims.refused, fatal: false };
    return this.judgeClaims(claims);
  }

  async authenticate(token: string): Promise<KnownCaller | null> {
    const verdict = await this.judge(token);
    return verdict.kind === 'known' && verdict.mfaValidated ? verdict.caller : null;
  }

  /** The same caller as known now; null when the session has ended. */
  async current({ userId, sessionId }: Pick<Caller, 'userId' | 'sessionId'>): Promise<KnownCaller | null> {
    if (userId === undefined || sessionId === undefined) return null;
    const local = this.localCaller(userId, sessionId);
    if (local) return this.asLocal(local);
    return (await this.sessionIsOpen(userId, sessionId)) ? this.caller(userId, sessionId) : null;
  }

  private async sessionIsOpen(userId: string, sessionId: string): Promise<boolean> {
    return (await ownerOfSession(sessionId, this.dependencies)) === userId;
  }

  private async judgeAccessToken(token: string): Promise<Verdict> {
    const found = await this.dependencies.accessTokens.find(hashOf(token));
    if (!found) return { kind: 'refused', reason: 'Invalid access token', fatal: true };
    if (found.expiresAt <= this.now()) return { kind: 'refused', reason: 'Expired access token', fatal: true };
    const caller = await this.caller(found.userId, `${ACCESS_TOKEN_PREFIX}${found.id}`);
    return caller ? known(caller, true) : unauthenticated;
  }

  /** A run acts for its user as long as the session is open, but never for the whole platform. */
  private async judgeRun(caller: KnownCaller, run: RunClaims): Promise<Verdict> {
    const { userId, sessionId } = caller;
    // Of a webhook without a login there is a session that only runs know.
    if (sessionId !== undefined && userId === undefined) return { ...known(caller, true), run };
    if (userId === undefined || sessionId === undefined) return { kind: 'run', run };
    const now = await this.current({ userId, sessionId });
    if (!now) return unauthenticated;
    const { kind, scopes } = now.platform ?? {};
    return { ...known({ ...now, platform: { kind, scopes } }, true), run };
  }

  private async judgeClaims({ userId, sessionId, scopes, correlationId, workspaceId }: TokenClaims): Promise<Verdict> {
    const run: RunClaims = {
      ...(correlationId !== undefined && { correlationId }),
      ...(workspaceId !== undefined && { workspaceId }),
    };
    if (userId === undefined || sessionId === undefined) return { kind: 'run', run };
    const local = this.localCaller(userId, sessionId);
    if (local) return { ...known(this.asLocal(local), true), run };
    const session = await this.dependencies.sessions.find(sessionId);
    if (session?.userId !== userId) return unauthenticated;
    const caller = await this.caller(userId, sessionId, scopes);
    if (!caller) return unauthenticated;
    return { ...known(caller, session.mfaValidated), session: { csrfToken: session.csrfToken }, run };
  }

  private async caller(userId: string, sessionId: string, scopes = ALL_SCOPES): Promise<KnownCaller | null> {
    const user = await this.dependencies.users.find(userId);
    if (user?.status !== 'validated') return null;
    const role = platformRoleOf(user, this.dependencies.settings);
    return {
      ...{ userId, sessionId, authData: user.authData },
      ...(user.email !== undefined && { email: user.email }),
      platform: { kind: isAnonymous(user) ? 'anonymous' : 'user', ...(role !== undefined && { role }), scopes },
    };
  }

  private localCaller(userId: string, sessionId: string): KnownCaller | undefined {
    return this.dependencies.localCallers.find((one) => one.userId === userId && one.sessionId === sessionId);
  }

  /** Who owns the installation may do everything in it. */
  private asLocal(caller: KnownCaller): KnownCaller {
    const role = caller.userId === 'owner' ? { role: SUPER_ADMIN } : {};
    return { ...caller, platform: { kind: 'user', scopes: ALL_SCOPES, ...role } };
  }

  private now(): number {
    return (this.dependencies.now ?? Date.now)();
  }
}

const known = (caller: KnownCaller, mfaValidated: boolean) => ({ kind: 'known', caller, mfaValidated }) as const;
const unauthenticated: Verdict = { kind: 'refused', reason: 'Unauthenticated', fatal: false };
