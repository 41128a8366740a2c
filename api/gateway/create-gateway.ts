import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { fail } from '../../shared/core/errors/errors';
import type { Authenticator } from '../../shared/ports/identity/authenticator';
import { createAccessLog, type Exchange } from '../http/access-log';
import type { HeaderNames } from '../http/caller-headers';
import { clientIp } from '../http/client-ip';
import { correlationIdFor } from '../http/correlation-id';
import { toErrorReply, type ErrorReply } from '../http/error-reply';
import type { Metrics } from '../http/metrics';
import { securityHeaders, sendReply } from '../http/send-reply';
import { HEALTH_PATH, METRICS_PATH } from '../http/system-routes';
import { assertPath, splitTarget } from './assert-target';
import { clientAddress, type TrustedProxies } from './client-address';
import type { GatewayConfig } from './config/gateway-config';
import { corsHeaders, preflight, type OriginCheck } from './cors';
import { credentialOf } from './credentials';
import { callerOf, headerOf, type GatewayExchange } from './exchange';
import { headerHygiene } from './header-hygiene';
import type { PolicyParts } from './policies/policy';
import { httpTarget } from './proxy/http-target';
import { localTarget } from './proxy/local-target';
import type { LocalService, Target } from './proxy/target';
import { compileRoutes, type Route } from './routes';

export interface GatewaySettings {
  /** True: a client's own correlation id is replaced. */
  readonly overwriteCorrelationId: boolean;
  readonly names: HeaderNames;
  readonly isProxy: TrustedProxies;
  readonly isAllowedOrigin: OriginCheck;
  readonly forwardedHeaders: boolean;
  readonly bodyLimitBytes: number;
  readonly logHealthChecks: boolean;
}

export interface GatewayDependencies extends Pick<PolicyParts, 'limiter' | 'log'> {
  readonly config: GatewayConfig;
  readonly authenticator: Authenticator;
  readonly metrics: Metrics;
  readonly settings: GatewaySettings;
  /** Services of this process, by their name in the configuration. */
  readonly local: { readonly [service: string]: LocalService };
}

export interface Gateway {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

const WORKSPACE = /^\/v2\/workspaces\/([\w-]+)/;

/**
 * The only public door. The order is the contract: headers that only we may write are gone before anything else looks;
 * the credential is judged once; then the first pipeline that answers has it.
 * @throws Error that lists what is wrong with the configuration
 */
export function createGateway(dependencies: GatewayDependencies): Gateway {
  const { config, log, settings } = dependencies;
  const routes = compileRoutes(config, {
    ...{ names: settings.names, limiter: dependencies.limiter, log },
    ...{ forwardedHeaders: settings.forwardedHeaders, bodyLimitBytes: settings.bodyLimitBytes },
    target: targetsOf(dependencies),
  });
  const inner = new Door(dependencies, routes);
  return {
    request: (request, response) => void inner.request(request, response),
    upgrade: (request, socket, head) => void inner.upgrade(request, socket, head),
  };
}

function targetsOf({ config, local, log }: GatewayDependencies): PolicyParts['target'] {
  const known = new Map<string, Target>();
  return (service, url = config.services[service]?.url ?? '') => {
    const here = Object.hasOwn(local, service) ? local[service] : undefined;
    if (here) return localTarget(here);
    const made = known.get(url) ?? httpTarget(url, log);
    known.set(url, made);
    return made;
  };
}

function answerHeaders({ response }: GatewayExchange, headers: { readonly [name: string]: string }): void {
  if (!response || response.headersSent) return;
  for (const name in headers) response.setHeader(name, headers[name] ?? '');
}

/** A page that was served from the very address that it asks. */
const isOwn = (origin: string, request: IncomingMessage): boolean =>
  URL.canParse(origin) && new URL(origin).host === headerOf(request, 'host');

/** As RFC 6750 writes it, where quotes end the text. */
const challenge = (reason: string): { readonly [name: string]: string } => ({
  'www-authenticate': `Bearer error="invalid_token", error_description="${reason.replace(/["\\]/g, "'")}"`,
});

class Door {
  private readonly writeLog;
  private readonly writeBoth;
  private readonly removeTrusted;

  constructor(
    private readonly dependencies: GatewayDependencies,
    private readonly routes: readonly Route[],
  ) {
    const { log, metrics, settings } = dependencies;
    this.removeTrusted = headerHygiene(settings.names);
    // A service of this process measures by itself, and knows the route better.
    this.writeLog = createAccessLog({ log });
    this.writeBoth = createAccessLog({ log, metrics });
  }

  async request(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { settings } = this.dependencies;
    const started: Pick<Exchange, 'startedAt' | 'originalUrl'> = {
      startedAt: process.hrtime.bigint(),
      originalUrl: request.url ?? '/',
    };
    const exchange = this.open(request, { response });
    if (settings.logHealthChecks || exchange.path !== HEALTH_PATH)
      response.on('close', () => this.record(exchange, response, started));
    try {
      for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
      this.tellCorrelationId(exchange);
      answerHeaders(exchange, corsHeaders(exchange, settings.isAllowedOrigin, settings.names));
      assertPath(exchange.path);
      const asked = preflight(exchange);
      if (asked) return await sendReply(response, { status: 204, headers: asked });
      await this.judge(exchange);
      await this.follow(exchange);
    } catch (error) {
      await this.refuse(exchange, response, error);
    }
  }

  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    const exchange = this.open(request, { upgrade: { socket, head } });
    try {
      assertPath(exchange.path);
      await this.judge(exchange);
      await this.follow(exchange);
      this.recordUpgrade(exchange, 101);
    } catch (error) {
      const { status, body } = this.replyTo(exchange, error);
      this.recordUpgrade(exchange, status);
      const text = JSON.stringify(body);
      socket.end(
        [
          `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
          'content-type: application/json; charset=utf-8',
          `content-length: ${Buffer.byteLength(text)}`,
          `${this.dependencies.settings.names.correlationId}: ${exchange.correlationId}`,
          ...['connection: close', '', text],
        ].join('\r\n'),
      );
    }
  }

  private open(request: IncomingMessage, by: Pick<GatewayExchange, 'response' | 'upgrade'>): GatewayExchange {
    const { names, overwriteCorrelationId, isProxy, isAllowedOrigin } = this.dependencies.settings;
    const origin = headerOf(request, 'origin');
    // A browser sends its cookies whoever's page asks, and lets any page read a websocket: those of strangers don't count.
    const cookieCounts = origin === undefined || isOwn(origin, request) || isAllowedOrigin(origin);
    const credential = credentialOf(request.headers, cookieCounts);
    this.removeTrusted(request.headers);
    const { path, search } = splitTarget(request.url ?? '/');
    const fromProxy = isProxy(request.socket.remoteAddress ?? '');
    const forwarded = fromProxy ? headerOf(request, 'x-forwarded-for') : undefined;
    const address = clientAddress(request.socket.remoteAddress, forwarded, isProxy);
    const ip = clientIp(address, undefined);
    const workspaceId = WORKSPACE.exec(path)?.[1];
    const isTls = 'encrypted' in request.socket || (fromProxy && headerOf(request, 'x-forwarded-proto') === 'https');
    return {
      ...{ request, ...by, path, search, credential, address, headers: {}, params: {} },
      method: request.method ?? 'GET',
      protocol: isTls ? 'https' : 'http',
      ...(ip !== undefined && { ip }),
      ...(workspaceId !== undefined && { workspaceId }),
      correlationId: correlationIdFor(headerOf(request, names.correlationId), overwriteCorrelationId),
    };
  }

  /** @throws AuthenticationError for an access token that is none */
  private async judge(exchange: GatewayExchange): Promise<void> {
    const { names } = this.dependencies.settings;
    const { token } = exchange.credential;
    // What metrics ask for is no token of a person: the route itself looks at it.
    if (token !== undefined && exchange.path !== METRICS_PATH) {
      const verdict = await this.dependencies.authenticator.judge(token);
      exchange.verdict = verdict;
      if (verdict.kind !== 'refused' && verdict.run?.correlationId !== undefined) {
        exchange.correlationId = verdict.run.correlationId;
        this.tellCorrelationId(exchange);
      }
      // Where nobody need be known the request goes on: only here its sender learns that the credential did not count.
      if (verdict.kind === 'refused') answerHeaders(exchange, challenge(verdict.reason));
      if (verdict.kind === 'refused' && verdict.fatal) throw fail('AuthenticationError', verdict.reason);
    }
    const sessionId = callerOf(exchange)?.sessionId;
    if (sessionId !== undefined) answerHeaders(exchange, { [names.sessionId]: sessionId });
  }

  private async follow(exchange: GatewayExchange): Promise<void> {
    for (const route of this.routes) {
      const params = exchange.upgrade && !route.websockets ? null : route.match(exchange);
      if (!params) continue;
      exchange.params = params;
      for (const policy of route.policies) {
        if (!policy.applies(exchange)) continue;
        // What earlier policies have to say in the answer is set before a service writes its head.
        answerHeaders(exchange, exchange.headers);
        const outcome = await policy.run(exchange);
        if (outcome === 'answered') return;
      }
    }
    throw fail('NotFoundError', 'Route not found');
  }

  private tellCorrelationId(exchange: GatewayExchange): void {
    answerHeaders(exchange, { [this.dependencies.settings.names.correlationId]: exchange.correlationId });
  }

  private async refuse(exchange: GatewayExchange, response: ServerResponse, error: unknown): Promise<void> {
    const { status, headers, body } = this.replyTo(exchange, error);
    if (response.headersSent) return void response.destroy();
    // The rest of a body that is too large is not waited for.
    if (status === 413) response.setHeader('connection', 'close');
    await sendReply(response, { status, headers, body });
  }

  private replyTo(exchange: GatewayExchange, error: unknown): ErrorReply {
    const { correlationId, workspaceId } = exchange;
    const reply = toErrorReply(error, correlationId);
    if (!reply.unexpected) return reply;
    const stack = error instanceof Error ? error.stack : String(error);
    this.dependencies.log.error({ correlationId, workspaceId, stack }, 'unexpected failure');
    return { ...reply, body: { error: 'Internal', message: 'Internal server error', success: false } };
  }

  private record(
    exchange: GatewayExchange,
    response: ServerResponse,
    started: Pick<Exchange, 'startedAt' | 'originalUrl'>,
  ): void {
    const { correlationId, path, ip, workspaceId } = exchange;
    const caller = { ...callerOf(exchange), correlationId, ...(ip !== undefined && { ip }) };
    const write = exchange.handedOn ? this.writeLog : this.writeBoth;
    write(exchange.request, response, { ...started, correlationId, path, workspaceId, caller });
  }

  private recordUpgrade(exchange: GatewayExchange, responseCode: number): void {
    const { correlationId, path, ip, workspaceId, method, request } = exchange;
    const { userId, sessionId } = callerOf(exchange) ?? {};
    const { host: hostname, 'user-agent': userAgent } = request.headers;
    const http = { originalUrl: path, method, path, hostname, userAgent, responseCode };
    this.dependencies.log.info({ correlationId, userId, sessionId, workspaceId, ip, http }, 'upgrade');
  }
}
