/** The only place that reads the environment. Every setting with its default is listed in `docs/settings.md`. */
import { join, resolve } from 'node:path';
import { DEFAULT_THROTTLE, throttleProblem } from '../shared/core/automation/engine-cron';
import { fail } from '../shared/core/errors/errors';
import { isObject } from '../shared/core/json';
import type { ConfigSettings } from '../shared/core/workspaces/resolve-config';
import type { Rate } from '../shared/drivers/rate-limits/token-buckets';
import { ENCRYPTION_SCOPES, type EncryptionScope } from '../shared/drivers/run-engine/encryption-scope';
import type { TokenKind } from '../shared/ports/rate-limits';
import { configSettingsIn } from './config-settings';
import { globalsIn } from './globals-setting';
import {
  gatewaySettingsIn,
  identitySettingsIn,
  type GatewayConfigSettings,
  type IdentityConfigSettings,
} from './identity-config';
import { usersIn, type ConfiguredUser } from './local-users-setting';
import { uploadSettingsIn, type UploadSettings } from './upload-settings';
import { choice, integer, optional, wholeNumber, type Env } from './read-setting';

export interface Config {
  readonly port: number;
  readonly dataDir: string;
  readonly production: boolean;
  readonly logLevel: string;
  /** In each line of the log. */
  readonly appName: string;
  readonly apiUrl: string | null;
  readonly temporal: {
    /** Given: a cluster that others run. Absent: our own dev server. */
    readonly address: string | null;
    readonly namespace: string;
    readonly port: number;
    readonly uiPort: number;
    readonly binary: string | null;
    readonly cacheDir: string | null;
    readonly searchPath: string;
  };
  readonly limits: {
    readonly maximumSuccessiveCalls: number;
    readonly waitDefaultTimeoutMs: number;
    readonly eventMaxLength: number;
    readonly stepsPerTurn: number;
    readonly continueAsNewAfterEvents: number | null;
  };
  readonly events: {
    /** Null = for ever. */
    readonly retentionDays: number | null;
    readonly deletionDays: number;
    readonly flushAt: number;
    readonly flushEveryMs: number;
    readonly searchTimeoutMs: number;
    readonly search: { readonly aggregationDepth: number; readonly forbiddenAggregations: readonly string[] };
  };
  readonly contexts: {
    readonly runExpireMs: number;
    readonly sessionExpireMs: number;
    readonly socketExpireMs: number;
    /** Of all contexts of a workspace together; 0 = any. */
    readonly maxBytes: number;
  };
  /** Do all errors of an author's files refuse a release? */
  readonly strictDeploy: boolean;
  /** Schedules fire no more often than this cron text. */
  readonly scheduleThrottle: string;
  readonly live: {
    readonly socketsPerWorkspace: number;
    readonly pollsPerWorkspace: number;
    readonly messagesPerSecond: number;
    /** What may wait for one websocket before it is closed. */
    readonly bufferBytes: number;
  };
  readonly answerTimeoutMs: number;
  readonly minimumKeepAliveMs: number;
  readonly uploadLimitBytes: number;
  readonly uploads: UploadSettings;
  /** Built-in fields of `global`, besides those that the product knows itself. */
  readonly globals: ReturnType<typeof globalsIn>;
  /** Versions kept of a workspace. */
  readonly maximumVersions: number;
  /** Versions kept of an app. */
  readonly maximumAppVersions: number;
  readonly git: {
    /** May a repository be a folder of this machine? */
    readonly localPaths: boolean;
  };
  readonly idempotencyKeepMs: number;
  /** How long the trace of an ended run is kept. */
  readonly traceKeepMs: number;
  /** Pause between two comparisons of the list of runs with that of the engine. */
  readonly reconcileRunsMs: number;
  /** Runs started and not yet parked or answered; beyond it starts queue. */
  readonly runsInFlight: number;
  readonly queuedStarts: number;
  readonly cachedRuns: number;
  readonly keepCorrelationId: boolean;
  readonly fetchPrivateAddresses: 'allow' | 'refuse';
  readonly locale: string;
  readonly timeZone: string;
  readonly ownerToken: string | null;
  readonly heapDumps: string;
  /** Null: off. */
  readonly rateLimits: { readonly [kind in TokenKind]: Rate } | null;
  /** Which values in the engine's histories are encrypted? */
  readonly payloadEncryption: EncryptionScope;
  /** Secrets of workspaces, by name. */
  readonly secrets: { readonly [workspaceId: string]: { readonly [name: string]: string } };
  /** People with tokens and roles, besides the owner. */
  readonly users: readonly ConfiguredUser[];
  /** Values of config that no file gives. */
  readonly configSettings: ConfigSettings;
  readonly identity: IdentityConfigSettings;
  readonly gateway: GatewayConfigSettings;
}

/** @throws ConfigurationError that names the setting, its value, and what it may be */
export function readConfig(env: Env = process.env): Config {
  const production = env.NODE_ENV === 'production';
  const dataDir = resolve(env.DATA_DIR || '.ostinato');
  return {
    port: integer(env, ['GATEWAY_PORT', 'PORT'], 3001, [0, 65_535]),
    dataDir,
    production,
    appName: env.APP_NAME || 'ostinato',
    logLevel: choice(env, 'LOG_LEVEL', ['fatal', 'error', 'warn', 'info', 'debug', 'trace'], 'info'),
    apiUrl: env.API_URL || null,
    temporal: {
      address: env.TEMPORAL_ADDRESS || null,
      namespace: env.TEMPORAL_NAMESPACE || 'default',
      port: integer(env, ['TEMPORAL_PORT'], 7233, [1, 65_535]),
      uiPort: integer(env, ['TEMPORAL_UI_PORT'], 8233, [1, 65_535]),
      binary: env.OSTINATO_TEMPORAL_BIN || null,
      cacheDir: env.OSTINATO_CACHE_DIR || null,
      searchPath: env.PATH ?? '',
    },
    limits: {
      maximumSuccessiveCalls: integer(env, ['MAXIMUM_SUCCESSIVE_CALLS'], 20, [1, 10_000]),
      waitDefaultTimeoutMs: 1000 * integer(env, ['WAIT_DEFAULT_TIMEOUT'], 20, [1, 315_360_000]),
      eventMaxLength: integer(env, ['BROKER_EMIT_MAXLEN'], 100_000, [1_000, 2_000_000]),
      stepsPerTurn: integer(env, ['OSTINATO_STEPS_PER_TURN'], 20_000, [100, 1_000_000]),
      continueAsNewAfterEvents: optional(env, 'OSTINATO_CONTINUE_AS_NEW_AFTER', [10, 50_000]),
    },
    events: {
      retentionDays: env.EVENTS_RETENTION_DAYS === '-1' ? null : optional(env, 'EVENTS_RETENTION_DAYS', [1, 36_500]),
      deletionDays: integer(env, ['EVENTS_SCHEDULED_DELETION_DAYS'], 90, [0, 36_500]),
      flushAt: integer(env, ['EVENTS_BUFFER_FLUSH_AT'], 500, [1, 10_000]),
      flushEveryMs: integer(env, ['EVENTS_BUFFER_FLUSH_EVERY'], 0, [0, 60_000]),
      searchTimeoutMs: wholeNumber(
        'ELASTIC_SEARCH_TIMEOUT',
        (env.ELASTIC_SEARCH_TIMEOUT || '2000').replace(/ms$/, ''),
        [10, 600_000],
      ),
      search: {
        aggregationDepth: integer(env, ['ELASTIC_SEARCH_FORBIDDEN_MAX_DEPTH'], 5, [1, 20]),
        forbiddenAggregations: (env.ELASTIC_SEARCH_FORBIDDEN_AGGS || 'scripted_metric')
          .split(',')
          .map((one) => one.trim()),
      },
    },
    contexts: {
      runExpireMs: 1000 * integer(env, ['CONTEXT_RUN_EXPIRE_TIME'], 60, [1, 315_360_000]),
      sessionExpireMs: 1000 * integer(env, ['CONTEXT_UNAUTHENTICATED_SESSION_EXPIRE_TIME'], 3600, [1, 315_360_000]),
      socketExpireMs: 1000 * integer(env, ['CONTEXT_SOCKET_EXPIRE_TIME'], 21_600, [1, 315_360_000]),
      maxBytes: 1024 * integer(env, ['CONTEXTS_MAX_SIZE_KB'], 10, [0, 1_000_000]),
    },
    strictDeploy: choice(env, 'OSTINATO_DEPLOY', ['strict', 'lenient'], 'strict') === 'strict',
    scheduleThrottle: throttle(env, 'SCHEDULES_MAXIMUM_OCCURRENCE_PATTERN'),
    live: {
      socketsPerWorkspace: integer(env, ['OSTINATO_SOCKETS_PER_WORKSPACE'], 10_000, [1, 1_000_000]),
      pollsPerWorkspace: integer(env, ['OSTINATO_POLLS_PER_WORKSPACE'], 1_000, [1, 1_000_000]),
      messagesPerSecond: integer(env, ['OSTINATO_SOCKET_MESSAGES_PER_SECOND'], 100, [1, 1_000_000]),
      bufferBytes: 1024 * integer(env, ['OSTINATO_SOCKET_BUFFER_KB'], 4_096, [256, 1_000_000]),
    },
    answerTimeoutMs: 1000 * integer(env, ['OSTINATO_ANSWER_TIMEOUT'], 20, [1, 3600]),
    minimumKeepAliveMs: integer(env, ['WEBHOOKS_SSE_KEEPALIVE'], 5_000, [100, 3_600_000]),
    uploadLimitBytes: integer(env, ['UPLOADS_MAX_SIZE'], 10_000_000, [1, 14_000_000]),
    uploads: uploadSettingsIn(env, dataDir),
    maximumVersions: integer(env, ['MAXIMUM_WORKSPACE_VERSION'], 20, [1, 1_000]),
    maximumAppVersions: integer(env, ['MAXIMUM_APP_VERSION'], 1_000, [1, 100_000]),
    git: { localPaths: choice(env, 'OSTINATO_GIT_LOCAL_PATHS', ['allow', 'refuse'], 'refuse') === 'allow' },
    idempotencyKeepMs: 1000 * integer(env, ['OSTINATO_IDEMPOTENCY_KEEP'], 86_400, [1, 31_536_000]),
    reconcileRunsMs: 1000 * integer(env, ['OSTINATO_RECONCILE_RUNS'], 60, [1, 86_400]),
    traceKeepMs: duration(env, 'OSTINATO_TRACE_KEEP', '30d'),
    runsInFlight: integer(env, ['OSTINATO_RUNS_IN_FLIGHT'], 40, [1, 10_000]),
    queuedStarts: integer(env, ['OSTINATO_QUEUED_STARTS'], 1_000, [0, 1_000_000]),
    cachedRuns: integer(env, ['OSTINATO_CACHED_RUNS'], 400, [10, 1_000_000]),
    keepCorrelationId:
      choice(env, 'OVERWRITE_CORRELATION_ID_HEADER', ['yes', 'no'], production ? 'yes' : 'no') === 'no',
    fetchPrivateAddresses: choice(env, 'FETCH_PRIVATE_ADDRESSES', ['allow', 'refuse'], production ? 'refuse' : 'allow'),
    locale: env.DEFAULT_LOCALE || 'en',
    timeZone: env.DEFAULT_TIMEZONE || 'Europe/Paris',
    ownerToken: env.OSTINATO_OWNER_TOKEN || null,
    heapDumps: resolve(env.HEAPDUMPS_DIRECTORY || join(dataDir, 'heapdumps')),
    rateLimits: rateLimitsIn(env, production),
    payloadEncryption: choice(env, 'OSTINATO_PAYLOAD_ENCRYPTION', ENCRYPTION_SCOPES, 'secrets'),
    secrets: secretsIn(env.OSTINATO_SECRETS),
    users: usersIn(env.OSTINATO_USERS),
    configSettings: configSettingsIn(env),
    globals: globalsIn(env),
    identity: identitySettingsIn(env, production),
    gateway: gatewaySettingsIn(env, production),
  };
}

/** Off unless told otherwise where only this machine can call: the product listens on loopback. */
function rateLimitsIn(env: Env, production: boolean): Config['rateLimits'] {
  const disabled = choice(env, 'RATE_LIMIT_DISABLED', ['true', 'false'], production ? 'false' : 'true');
  if (disabled === 'true') return null;
  const rate = (name: string, perSecond: number, burst: number): Rate => ({
    perSecond: integer(env, [`RATE_LIMIT_${name}`], perSecond, [1, 1_000_000]),
    burst: integer(env, [`RATE_LIMIT_${name}_BURST`], burst, [0, 10_000_000]),
  });
  return {
    automations: rate('AUTOMATIONS', 100, 400),
    emits: rate('EMITS', 30, 100),
    fetchs: rate('FETCHS', 50, 200),
    repeats: rate('REPEATS', 1_000, 4_000),
  };
}

/** @throws ConfigurationError that shows nothing of the value */
function secretsIn(text: string | undefined): Config['secrets'] {
  if (!text) return {};
  try {
    const found: unknown = JSON.parse(text);
    if (isObject(found) && Object.values(found).every((one) => isObject(one) && Object.values(one).every(isText)))
      return found as Config['secrets'];
  } catch {
    // Said below: the parser's own words would show a piece of it.
  }
  const form = '{"workspace": {"name": "value"}}';
  throw fail('ConfigurationError', `OSTINATO_SECRETS: give JSON of the form ${form}`, { setting: 'OSTINATO_SECRETS' });
}

const isText = (value: unknown): boolean => typeof value === 'string';

/** A cron text that is due each day. */
function throttle(env: Env, name: string): string {
  const text = env[name] || DEFAULT_THROTTLE;
  const problem = throttleProblem(text);
  if (problem === null) return text;
  throw fail('ConfigurationError', `${name}=${text}: ${problem}`, { setting: name, value: text });
}

/** `30d`, `12h` or 0. */
function duration(env: Env, name: string, standard: string): number {
  const text = env[name] || standard;
  const [, count, unit] = /^(\d{1,5})([dh])?$/.exec(text) ?? [];
  if (count === undefined || (unit === undefined && Number(count) !== 0))
    throw fail('ConfigurationError', `${name}=${text}: give days or hours, such as 30d or 12h, or 0`, {
      setting: name,
      value: text,
    });
  return Number(count) * (unit === 'd' ? 86_400_000 : 3_600_000);
}
