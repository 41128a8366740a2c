import { randomBytes } from 'node:crypto';
import { originCheck } from '../api/gateway/cors';
import { CredentialJudge } from '../api/identity/judge-credential';
import { createIdentityHandlers } from '../api/identity/identity-handlers';
import type { Tell } from '../api/identity/dependencies';
import type { IdentitySettings } from '../api/identity/settings';
import { SignedTokens } from '../api/identity/signed-tokens';
import { announce, type AnnounceDependencies } from '../api/http/announce';
import { createRateLimiter } from '../api/http/rate-limit';
import { localIdentity } from '../shared/drivers/identity/local';
import type { IdentityStores } from '../shared/drivers/identity-stores/sqlite';
import { logMailer } from '../shared/drivers/mailer/log';
import { smtpMailer } from '../shared/drivers/mailer/smtp';
import { argon2PasswordHasher } from '../shared/drivers/password-hasher/argon2';
import { memoryRateCounter } from '../shared/drivers/rate-counter/memory';
import type { User } from '../shared/core/identity/user';
import type { RunTokens } from '../shared/ports/identity/authenticator';
import type { Broker } from '../shared/ports/broker';
import type { Log } from '../shared/ports/log';
import type { Config } from './config';
import { toLocalUser } from './local-users';
import { loginProviders } from './login-providers';
import { createOwnerAccount } from './owner-account';
import { photosOf } from './photos';

export interface EmbeddedIdentityParts {
  readonly config: Config;
  readonly ownerToken: string;
  /** Of internal calls. */
  readonly internalKey: string;
  /** Tokens of runs that call the own API. */
  readonly runs: RunTokens;
  readonly broker: Pick<Broker, 'append'>;
  readonly log: Log;
  /** Closed by whoever has opened them: roles are looked up in them too. */
  readonly stores: IdentityStores;
}

/** Events of identity belong to no workspace. No workspace can have this id, so nobody reads them as one of theirs. */
const PLATFORM = ':platform';

const SWEEP_EVERY_MS = 60_000;
const ROTATION_EVERY_MS = 3_600_000;

/** Accounts and sessions of the embedded default: `identity.db`, and mails in the log unless a mail server is set. */
export async function createEmbeddedIdentity(parts: EmbeddedIdentityParts) {
  const { config, ownerToken, runs, broker, log, stores } = parts;
  const settings = settingsOf(config, parts.internalKey);
  const hasher = argon2PasswordHasher();
  const { eventMaxLength } = config.limits;
  const told: AnnounceDependencies = {
    ...{ broker, log, host: { service: 'gateway', replica: `${process.pid}` }, settings: { eventMaxLength } },
  };
  const tell: Tell = (type, payload, request) =>
    void announce(told, request, [{ workspaceId: PLATFORM, type, payload }]);
  const tokens = new SignedTokens(stores.signingKeys, { ...settings, longestMs: settings.sessionMs });
  const limiter = createRateLimiter(memoryRateCounter(), { disabled: !rateLimitsHold(config), log });
  const { smtpUrl, from } = config.identity.mail;
  const mailServer = smtpUrl === null ? null : smtpMailer({ url: smtpUrl, from: from ?? 'no-reply@localhost' });
  const mailer = mailServer ?? logMailer(log, { showText: !config.production });
  const owner = await createOwnerAccount({ users: stores.users, hasher }, config);
  const known = await addLocalUsers(stores, config, log);
  const judge = new CredentialJudge({
    ...{ ...stores, tokens, settings, runs },
    local: localIdentity({ ownerToken, users: known }),
    localCallers: [{ userId: 'owner', sessionId: 'owner' }, ...known.map(({ caller }) => caller)],
  });
  const rotate = async (): Promise<void> => {
    const { created, deleted } = await tokens.rotate();
    if (created.length + deleted.length > 0)
      tell('gateway.jwks.updated', { created, deleted }, { caller: { correlationId: 'start' }, http: {} });
  };
  await rotate();
  const stop = every({ [SWEEP_EVERY_MS]: () => stores.sweep(), [ROTATION_EVERY_MS]: rotate }, log);
  return {
    ...{ judge, limiter, owner },
    users: stores.users,
    handlers: createIdentityHandlers({
      ...{ ...stores, hasher, tokens, mailer, limiter, tell, log, settings },
      providers: providersOf(config, log),
      photos: photosOf(config).profiles,
      // Without a setting a login that is under way ends with the process.
      cookieSecret: config.identity.cookieSecret ?? randomBytes(32).toString('hex'),
    }),
    close(): void {
      stop();
      mailServer?.close();
    },
  };
}

export type EmbeddedIdentity = Awaited<ReturnType<typeof createEmbeddedIdentity>>;

/** Off where only this machine can call, unless told. */
export const rateLimitsHold = ({ gateway, production }: Pick<Config, 'gateway' | 'production'>): boolean =>
  gateway.rateLimits === null ? production : gateway.rateLimits === 'on';

function settingsOf({ identity, gateway, apiUrl, port }: Config, internalApiKey: string): IdentitySettings {
  const audience = apiUrl ?? `http://localhost:${port}/v2`;
  const issuer = identity.issuer ?? audience.replace(/\/v2\/?$/, '');
  const consoleUrl = identity.consoleUrl ?? issuer;
  const csrfTokenHeader = gateway.names.csrfToken;
  const hasConsole = identity.consoleUrl !== null;
  const isKnownPage = originCheck(gateway);
  return { ...identity, internalApiKey, audience, issuer, consoleUrl, hasConsole, csrfTokenHeader, isKnownPage };
}

function providersOf({ identity, gateway }: Config, log: Log) {
  const providers = loginProviders({ path: identity.providersPath, expand: gateway.expand }, (problem) =>
    log.warn({}, problem),
  );
  // Then the account that somebody finds by their address may be one that a stranger has opened with it.
  if (providers.size > 0 && identity.validation === 'auto')
    log.warn({}, 'ACCOUNT_VALIDATION_METHOD=auto proves no addresses, and login providers link accounts by them');
  return providers;
}

/** Users of the settings are users like others, for who looks for them; only their tokens and roles stand elsewhere. */
async function addLocalUsers({ users }: IdentityStores, config: Config, log: Log) {
  for (const { userId, email } of config.users) {
    const user: User = {
      ...{ id: userId, firstName: userId, lastName: '', meta: {}, groups: [], authData: {} },
      status: 'validated',
      mfa: 'none',
    };
    if ((await users.find(userId)) !== null || (await users.create({ ...user, email }))) continue;
    log.warn({ userId }, 'the email of a user of OSTINATO_USERS belongs to another account: it counts for that one');
    await users.create(user);
  }
  return config.users.map(toLocalUser);
}

/** Jobs by how often they are done, in milliseconds. One that fails is done again next time. */
function every(jobs: { readonly [ms: number]: () => Promise<void> }, log: Log): () => void {
  const timers = Object.entries(jobs).map(([ms, job]) =>
    setInterval(
      () => void job().catch((error: unknown) => log.error({ err: error }, 'unexpected failure')),
      Number(ms),
    ),
  );
  for (const timer of timers) timer.unref();
  return () => timers.forEach((timer) => clearInterval(timer));
}
