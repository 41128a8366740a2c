import { trustedProxies, type TrustedProxies } from '../api/gateway/client-address';
import { expandVariables } from '../api/gateway/config/read-gateway-config';
import { defaultHeaderNames, type HeaderNames } from '../api/http/caller-headers';
import { fail } from '../shared/core/errors/errors';
import { normaliseEmail } from '../shared/core/identity/user';
import { choice, integer, type Env } from './read-setting';

/** Settings of accounts and sessions. Null = made from other settings, or none. */
export interface IdentityConfigSettings {
  readonly issuer: string | null;
  readonly consoleUrl: string | null;
  readonly sessionMs: number;
  readonly secureCookies: boolean;
  readonly validation: 'email' | 'manual' | 'auto';
  readonly passwordPattern: RegExp;
  readonly superAdminEmails: ReadonlySet<string>;
  readonly internalApiKey: string | null;
  readonly cookieSecret: string | null;
  readonly keys: { readonly rotationMs: number; readonly sizeBits: number };
  readonly limits: { readonly login: number; readonly passwordReset: number };
  readonly mail: { readonly smtpUrl: string | null; readonly from: string | null };
  readonly ownerEmail: string;
  readonly providersPath: string | null;
}

export interface GatewayConfigSettings {
  readonly configPath: string | null;
  /** Puts values of the environment into the text of the configuration. */
  readonly expand: (text: string) => string;
  readonly allowedOrigins: readonly string[];
  readonly isProxy: TrustedProxies;
  readonly forwardedHeaders: boolean;
  /** Null = not said: off where only this machine can call. */
  readonly rateLimits: 'on' | 'off' | null;
  /** Requests for the state of the process have lines in the log as well. */
  readonly logHealthChecks: boolean;
  readonly names: HeaderNames;
}

const SECOND_MS = 1000;
const DAY_MS = 86_400_000;
const MONTH_SECONDS = 2_592_000;

/** @throws ConfigurationError */
export function identitySettingsIn(env: Env, production: boolean): IdentityConfigSettings {
  const age = (name: string) => SECOND_MS * integer(env, [name], MONTH_SECONDS, [1, 315_360_000]);
  const perMinute = (name: string, standard: number) => integer(env, [name], standard, [0, 1_000_000]);
  choice(env, 'JWKS_KTY', ['RSA'], 'RSA');
  choice(env, 'JWKS_ALG', ['RS256'], 'RS256');
  return {
    issuer: env['OIDC_PROVIDER_URL']?.replace(/\/$/, '') || null,
    consoleUrl: env['CONSOLE_URL'] || null,
    // A request needs both, the session and its token.
    sessionMs: Math.min(age('SESSION_COOKIES_MAX_AGE'), age('ACCESS_TOKENS_MAX_AGE')),
    secureCookies: production,
    validation: choice(env, 'ACCOUNT_VALIDATION_METHOD', ['email', 'manual', 'auto'], 'email'),
    passwordPattern: pattern(env, 'PASSWORD_VALIDATION_REGEXP', '^.{8,32}$'),
    superAdminEmails: new Set(list(env['SUPER_ADMIN_EMAILS']).map(normaliseEmail)),
    internalApiKey: env['INTERNAL_API_KEY'] || null,
    cookieSecret: env['SESSION_COOKIES_SIGN_SECRET'] || null,
    keys: {
      rotationMs: DAY_MS * integer(env, ['JWKS_ROTATION_DAYS'], 30, [1, 3650]),
      sizeBits: integer(env, ['JWKS_SIZE'], 2048, [2048, 8192]),
    },
    limits: {
      login: perMinute('RATE_LIMIT_PRISMEAI_LOGIN', 5),
      passwordReset: perMinute('RATE_LIMIT_PASSWORD_RESET', 1),
    },
    mail: { smtpUrl: env['OSTINATO_SMTP_URL'] || null, from: env['EMAIL_FROM'] || null },
    ownerEmail: normaliseEmail(env['OSTINATO_OWNER_EMAIL'] || 'owner@localhost'),
    providersPath: env['AUTH_PROVIDERS_CONFIG_PATH'] || null,
  };
}

/** @throws ConfigurationError */
export function gatewaySettingsIn(env: Env, production: boolean): GatewayConfigSettings {
  const header = (name: string, standard: string): string => (env[name] || standard).toLowerCase();
  const limits = env['DISABLE_RATE_LIMIT'];
  const disabled = limits === undefined ? null : isOn(limits);
  return {
    configPath: env['GATEWAY_CONFIG_PATH'] || null,
    expand: (text) => expandVariables(text, env),
    allowedOrigins: [
      ...list(env['CORS_ADDITIONAL_ALLOWED_ORIGINS']),
      ...list(env['CONSOLE_URL'] || (production ? '' : 'http://studio.local.prisme.ai:3000')),
      ...list(env['PAGES_HOST'] || (production ? '' : '.pages.local.prisme.ai:3100')),
    ],
    isProxy: trustedProxies(env['OSTINATO_TRUSTED_PROXIES'] ?? '', 'OSTINATO_TRUSTED_PROXIES'),
    forwardedHeaders: choice(env, 'X_FORWARDED_HEADERS', ['yes', 'no'], 'yes') === 'yes',
    rateLimits: disabled === null ? null : disabled ? 'off' : 'on',
    logHealthChecks: isOn(env['ENABLE_HEALTHCHECK_LOGS'] ?? ''),
    names: {
      correlationId: header('CORRELATION_ID_HEADER', defaultHeaderNames.correlationId),
      userId: header('USER_ID_HEADER', defaultHeaderNames.userId),
      sessionId: header('SESSION_ID_HEADER', defaultHeaderNames.sessionId),
      authData: header('AUTH_DATA_HEADER', defaultHeaderNames.authData),
      role: header('ROLE_HEADER', defaultHeaderNames.role),
      apiKey: header('API_KEY_HEADER', defaultHeaderNames.apiKey),
      csrfToken: header('CSRF_TOKEN_HEADER', defaultHeaderNames.csrfToken),
    },
  };
}

const isOn = (text: string): boolean => !['', '0', 'no', 'false'].includes(text.toLowerCase());

const list = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);

function pattern(env: Env, name: string, standard: string): RegExp {
  const source = env[name] || standard;
  try {
    return new RegExp(source);
  } catch {
    throw fail('ConfigurationError', `${name}=${source}: give a regular expression`, { setting: name, value: source });
  }
}

/** Whoever guesses one of these is everybody: production starts with none that is missing or short. */
const SHORTEST_SECRET = 16;

/** @returns the settings of production that are missing or too short */
export const weakSecrets = ({ cookieSecret, internalApiKey }: IdentityConfigSettings): readonly string[] =>
  Object.entries({ SESSION_COOKIES_SIGN_SECRET: cookieSecret, INTERNAL_API_KEY: internalApiKey })
    .filter(([, value]) => value === null || value.length < SHORTEST_SECRET)
    .map(([name]) => name);
