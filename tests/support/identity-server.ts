/** The gateway and the identity service as they are, over embedded stores; behind them a service that tells what it was sent. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trustedProxies } from '../../api/gateway/client-address';
import { expandVariables, readGatewayConfig } from '../../api/gateway/config/read-gateway-config';
import { originCheck } from '../../api/gateway/cors';
import { createGateway } from '../../api/gateway/create-gateway';
import { defaultHeaderNames, type HeaderNames } from '../../api/http/caller-headers';
import { createMetrics } from '../../api/http/metrics';
import { createRateLimiter } from '../../api/http/rate-limit';
import { createIdentityHandlers } from '../../api/identity/identity-handlers';
import { CredentialJudge } from '../../api/identity/judge-credential';
import type { IdentitySettings } from '../../api/identity/settings';
import { SignedTokens } from '../../api/identity/signed-tokens';
import type { JsonObject } from '../../shared/core/json';
import { openIdentityStores } from '../../shared/drivers/identity-stores/sqlite';
import { localIdentity } from '../../shared/drivers/identity/local';
import { argon2PasswordHasher } from '../../shared/drivers/password-hasher/argon2';
import { memoryRateCounter } from '../../shared/drivers/rate-counter/memory';
import type { LoginProviders } from '../../shared/ports/identity/login-provider';
import type { SigningKey } from '../../shared/ports/identity/signing-key-store';
import type { Mail } from '../../shared/ports/identity/mailer';
import { fakeLog, type LogLine } from '../../shared/testing/fakes/log';
import { identityApp } from './identity-app';

export type IdentityServer = Awaited<ReturnType<typeof startIdentityServer>>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { readonly [name: string]: any }; // eslint-disable-line @typescript-eslint/no-explicit-any
}

export interface Ask {
  readonly method?: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: unknown;
  readonly token?: string;
}

/** What the service behind the gateway was sent. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

export interface IdentityServerOptions {
  readonly settings?: Partial<IdentitySettings>;
  readonly env?: { readonly [name: string]: string };
  /** Text of the gateway's configuration. */
  readonly config?: string;
  readonly limits?: boolean;
  readonly keepCorrelationId?: boolean;
  readonly logHealthChecks?: boolean;
  readonly mailFails?: boolean;
  readonly providers?: LoginProviders;
  readonly cookieSecret?: string;
  /** Passwords cost what they cost in the product. */
  readonly slowHashes?: boolean;
  /** Headers that are called otherwise. */
  readonly names?: Partial<HeaderNames>;
}

export const OWNER_TOKEN = 'token-of-the-owner';
const SHIPPED = join(__dirname, '../../api/gateway/gateway.config.yml');

/** Most tests are about something else than how long a password takes. */
const CHEAP = { memoryCost: 64, timeCost: 1, parallelism: 1 };
/** Making one takes longer than most tests. */
let madeKey: SigningKey | undefined;

export async function startIdentityServer(options: IdentityServerOptions = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'ostinato-identity-'));
  const clock = { offset: 0 };
  const now = () => Date.now() + clock.offset;
  const stores = openIdentityStores(dir, now);
  const mails: Mail[] = [];
  const events: { readonly type: string; readonly payload: JsonObject }[] = [];
  const lines: LogLine[] = [];
  const log = fakeLog(lines);
  const names: HeaderNames = { ...defaultHeaderNames, ...options.names };
  const settings: IdentitySettings = {
    ...{ audience: 'http://api.test/v2', issuer: 'http://api.test', consoleUrl: 'http://console.test' },
    ...{ sessionMs: 3_600_000, secureCookies: false, validation: 'auto', passwordPattern: /^.{8,32}$/ },
    ...{ superAdminEmails: new Set(['root@example.org']), internalApiKey: 'internal-key-of-the-test' },
    ...{ csrfTokenHeader: names.csrfToken, isKnownPage: originCheck({ allowedOrigins: ['.pages.test'] }) },
    ...{ keys: { rotationMs: 86_400_000, sizeBits: 2048 }, limits: { login: 5, passwordReset: 1 } },
    ...options.settings,
  };
  const tokens = new SignedTokens(stores.signingKeys, { ...settings, longestMs: settings.sessionMs }, now);
  if (madeKey) await stores.signingKeys.add({ ...madeKey, createdAt: now() });
  await tokens.rotate();
  [madeKey] = await stores.signingKeys.list();
  const hasher = argon2PasswordHasher({ ...(!options.slowHashes && { cost: CHEAP }) });
  const limiter = createRateLimiter(memoryRateCounter(now), { disabled: options.limits !== true, log, now });
  const judge = new CredentialJudge({
    ...{ ...stores, tokens, settings, now },
    local: localIdentity({ ownerToken: OWNER_TOKEN }),
    localCallers: [{ userId: 'owner', sessionId: 'owner' }],
  });
  const mailer = {
    async send(mail: Mail) {
      if (options.mailFails) throw new Error('the mail server is away');
      mails.push(mail);
    },
  };
  const tell = (type: string, payload: JsonObject) => void events.push({ type, payload });
  const metrics = createMetrics({ processDefaults: false });
  const handlers = createIdentityHandlers({
    ...{ ...stores, hasher, tokens, mailer, limiter, tell, log, settings, now },
    ...{ providers: options.providers ?? new Map(), cookieSecret: options.cookieSecret ?? 'secret-of-cookies' },
  });
  const echo = createEcho();
  const found = readGatewayConfig(expandVariables(options.config ?? readFileSync(SHIPPED, 'utf8'), options.env ?? {}));
  if ('errors' in found) throw new Error(found.errors.join('\n'));
  const identityService = createServer(identityApp({ handlers, log, metrics, names }));
  const gateway = createGateway({
    ...{ config: found.config, authenticator: judge, limiter, log, metrics },
    local: { system: identityService, identity: identityService, ...(!options.config && echo.services) },
    settings: {
      overwriteCorrelationId: options.keepCorrelationId !== true,
      names,
      isProxy: trustedProxies('loopback', 'test'),
      isAllowedOrigin: originCheck({ allowedOrigins: ['http://console.test', '.pages.test'] }),
      forwardedHeaders: true,
      bodyLimitBytes: 2_000_000,
      logHealthChecks: options.logHealthChecks === true,
    },
  });
  const server = createServer(gateway.request).on('upgrade', gateway.upgrade);
  const port = await listen(server);
  const url = `http://127.0.0.1:${port}`;

  const ask = async (path: string, { method, headers, body, token }: Ask = {}): Promise<Answer> => {
    const response = await fetch(url + path, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      redirect: 'manual',
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parsed(text) };
  };
  const signUp = (email: string, over: object = {}) =>
    ask('/v2/signup', { body: { email, password: 'correct horse', firstName: 'Ada', lastName: 'Lovelace', ...over } });
  const logIn = (email: string, password = 'correct horse') => ask('/v2/login', { body: { email, password } });
  return {
    ...{ url, port, ask, signUp, logIn, stores, mails, events, lines, tokens, settings, clock, judge, hasher, metrics },
    seen: echo.seen,
    /** Somebody who has signed up and logged in. */
    async someone(
      email = 'ada@example.org',
    ): Promise<{ readonly id: string; readonly token: string; sessionId: string }> {
      await signUp(email);
      const { body } = await logIn(email);
      return { id: body['id'], token: body['token'], sessionId: body['sessionId'] };
    },
    /** The token in the last mail. */
    async mailed(): Promise<string> {
      for (let lap = 0; mails.length === 0 && lap < 100; lap++) await new Promise((resolve) => setTimeout(resolve, 5));
      return /token=([\w-]+)/.exec(mails.pop()?.text ?? '')?.[1] ?? '';
    },
    /** Bytes as they are, on a connection of their own. @returns everything that came back */
    raw: (bytes: string | readonly string[]): Promise<string> => sendRaw(port, bytes),
    async stop(): Promise<void> {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await stores.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function parsed(text: string): Answer['body'] {
  try {
    return JSON.parse(text) as Answer['body'];
  } catch {
    return { text };
  }
}

/** Services that answer what they were sent, and take websockets in the same way. */
function createEcho() {
  const seen: Seen[] = [];
  const service = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    seen.push({ method, url, headers });
    let bytes = 0;
    request.on('data', (chunk: Buffer) => void (bytes += chunk.length));
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ method, url, headers, bytes }));
    });
  });
  service.on('upgrade', ({ method = '', url = '', headers }, socket) => {
    seen.push({ method, url, headers });
    const text = JSON.stringify(headers);
    socket.end(`HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n${text}`);
  });
  return { seen, services: { runtime: service, events: service, workspaces: service } };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function sendRaw(port: number, bytes: string | readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => {
      for (const piece of typeof bytes === 'string' ? [bytes] : bytes) socket.write(piece);
    });
    const timer = setTimeout(() => socket.destroy(), 1_500);
    socket.on('data', (chunk) => void (received += chunk.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(received);
    });
  });
}
