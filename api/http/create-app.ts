import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { middleware as openApiValidator } from 'express-openapi-validator';
import { fail } from '../../shared/core/errors/errors';
import type { JsonObject } from '../../shared/core/json';
import type { ApiKeys, Roles } from '../../shared/ports/access';
import type { Log } from '../../shared/ports/log';
import { isTold } from './already-told';
import type { Exchange } from './access-log';
import type { HeaderNames } from './caller-headers';
import type { Handler, Handlers, HttpRequest } from './contract';
import { toErrorReply } from './error-reply';
import { gatewayDoor } from './gateway-door';
import { isMultipart, readForm } from './multipart';
import type { Metrics } from './metrics';
import { operationsOf, readContract, routePattern, type OpenApiDocument, type Operation } from './openapi';
import { sendReply } from './send-reply';
import type { HttpSettings } from './settings';
import { plainHeaders } from './plain-headers';
import { systemRoutes, type HealthCheck, type SystemRoute } from './system-routes';
import { withRole } from './with-role';

/** One service: what it answers to, and how. */
export interface Service {
  /** Path of its OpenAPI file. */
  readonly contract: string;
  readonly handlers: Handlers;
}

/** A request that ended in an error, told to whoever makes an `error` event of it. */
export interface Failure {
  readonly status: number;
  /** `{error, message, details?}`, as the caller got it. */
  readonly body: JsonObject;
  readonly request: Pick<HttpRequest, 'caller' | 'http'>;
  readonly workspaceId?: string;
}

export interface AppDependencies {
  readonly services: readonly Service[];
  readonly roles: Roles;
  /** Absent: none count. */
  readonly apiKeys?: ApiKeys;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly settings: HttpSettings;
  readonly health: HealthCheck;
  /** Who reads the metrics must have it; absent: everybody may. */
  readonly metricsKey?: string;
  /** Further routes of the process itself. */
  readonly routes?: readonly SystemRoute[];
  /** Names of the headers in which the gateway says who calls. */
  readonly behindGateway: HeaderNames;
  /** Must not throw. */
  readonly onFailure?: (failure: Failure) => void;
}

const workspaceIdPattern = /^[\w-]+$/;

/**
 * The express application of one or several services. The order is the contract: who calls, as the gateway says
 * -> system routes -> each service's routes, with the caller's role in their workspace -> not found -> errors, all mapped in one place.
 */
export function createApp(dependencies: AppDependencies): RequestListener {
  const app = express();
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing');
  app.use(gatewayDoor(dependencies, dependencies.behindGateway));
  const { health, metrics, metricsKey, routes = [], settings } = dependencies;
  for (const { method = 'get', path, answer } of [...systemRoutes(health, metrics, metricsKey), ...routes]) {
    app[method](path, [
      enter({ path }),
      ...(method === 'get' ? [] : [express.json({ limit: settings.jsonLimitBytes, strict: false })]),
      async (request: Request, response: Response) =>
        sendReply(
          response,
          await answer({ headers: plainHeaders(request.headers), body: request.body as HttpRequest['body'] }),
        ),
    ]);
  }
  for (const service of dependencies.services) app.use(serviceRouter(service, dependencies));
  app.use(() => {
    throw fail('NotFoundError', 'Route not found');
  });
  app.use(errorHandler(dependencies));
  return app;
}

const exchangeOf = (response: Response): Exchange => response.locals['exchange'] as Exchange;

/** Light routes first, so that the validator costs them nothing; the others are parsed, then validated, then handled. */
function serviceRouter(
  { contract, handlers }: Service,
  { roles, apiKeys, settings }: Pick<AppDependencies, 'roles' | 'apiKeys' | 'settings'>,
): RequestHandler {
  const router = express.Router({ caseSensitive: true });
  const document = readContract(contract);
  const operations = operationsOf(document).map((operation) => ({
    operation,
    handler: handlerOf(handlers, operation),
  }));
  for (const { operation, handler } of operations) {
    const steps = [enter(operation), learnRights({ roles, apiKeys }), ...bodyParsers(operation, settings)];
    router[operation.method](routePattern(operation), operation.light ? [...steps, adapt(operation, handler)] : steps);
  }
  router.use(validatorOf(document));
  for (const { operation, handler } of operations) {
    if (!operation.light) router[operation.method](routePattern(operation), adapt(operation, handler));
  }
  return router;
}

/** Made when the first request needs it: it costs more than the rest of the application together. */
function validatorOf(document: OpenApiDocument): RequestHandler {
  let validator: express.Router | undefined;
  return (request, response, next) => {
    validator ??= express.Router().use(
      ...openApiValidator({
        apiSpec: document as never,
        validateApiSpec: false,
        validateResponses: false,
        validateSecurity: false,
        validateRequests: { allowUnknownQueryParameters: true },
        ignoreUndocumented: true,
        fileUploader: false,
      }),
    );
    validator(request, response, next);
  };
}

function handlerOf(handlers: Handlers, { operationId }: Operation): Handler {
  const handler = Object.hasOwn(handlers, operationId) ? handlers[operationId] : undefined;
  if (!handler) throw new Error(`No handler for the operation ${operationId}`);
  return handler;
}

/** A route has matched: metrics are counted under its template, and the workspace is known. */
const enter =
  ({ path: route, head = false }: Pick<Operation, 'path'> & Partial<Pick<Operation, 'head'>>): RequestHandler =>
  (request, response, next) => {
    // The router answers HEAD with the GET route; a webhook would run, and its answer be thrown away.
    if (request.method === 'HEAD' && !head) throw fail('NotFoundError', 'Route not found');
    const exchange = exchangeOf(response);
    exchange.route = route;
    const workspaceId = request.params['workspaceId'];
    if (typeof workspaceId === 'string') {
      if (!workspaceIdPattern.test(workspaceId)) throw fail('NotFoundError', 'Route not found');
      exchange.workspaceId = workspaceId;
    }
    next();
  };

/** Rights are those in the workspace that the route is about. */
const learnRights =
  ({ roles, apiKeys }: Pick<AppDependencies, 'roles' | 'apiKeys'>): RequestHandler =>
  async ({ headers }, response, next) => {
    const exchange = exchangeOf(response);
    const { workspaceId } = exchange;
    if (workspaceId !== undefined) {
      const caller = await withRole(roles, callerOf(exchange), workspaceId);
      const key = headers[API_KEY_HEADER];
      const known = typeof key === 'string' ? await apiKeys?.find(workspaceId, key) : undefined;
      // As with tokens: what an automation cannot see, no history can keep. An unknown key is no error, it gives nothing.
      if (known) delete headers[API_KEY_HEADER];
      exchange.caller = known ? { ...caller, apiKeyId: known.id } : caller;
    }
    next();
  };

const API_KEY_HEADER = 'x-prismeai-api-key';

const bodyParsers = (operation: Operation, settings: HttpSettings): RequestHandler[] => {
  const { bodyLimitBytes, uploads, textBody } = operation;
  if (operation.streamBody) return [];
  const limit = bodyLimitBytes ?? settings.jsonLimitBytes;
  // Not strict: a lone text or number is no error of the parser, the contract of the route judges it.
  return [
    express.json({ limit, strict: false, type: ['application/json', 'application/*+json'] }),
    express.urlencoded({ limit, extended: false, parameterLimit: 1000 }),
    ...(textBody ? [express.text({ limit, type: ['text/*', 'application/yaml', 'application/x-yaml'] })] : []),
    ...(uploads ? [multipart(settings.uploadLimitBytes)] : []),
  ];
};

/** A form with files becomes the body; other types pass. */
const multipart =
  (fileLimitBytes: number): RequestHandler =>
  async (request, _response, next) => {
    if (isMultipart(request)) request.body = await readForm(request, { fileLimitBytes });
    next();
  };

const adapt =
  (operation: Operation, handler: Handler) =>
  async (request: Request, response: Response): Promise<void> => {
    const gone = new AbortController();
    response.on('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    await sendReply(response, await handler(toHttpRequest(operation, request, response, gone.signal)));
  };

function toHttpRequest(operation: Operation, request: Request, response: Response, signal: AbortSignal): HttpRequest {
  const exchange = exchangeOf(response);
  const params: { [name: string]: string } = {};
  // A parameter that takes the rest of the path comes in pieces, each decoded once.
  for (const [name, value] of Object.entries(request.params))
    params[name] = Array.isArray(value) ? value.join('/') : value;
  return {
    operationId: operation.operationId,
    method: request.method,
    params,
    query: request.query as HttpRequest['query'],
    headers: plainHeaders(request.headers),
    body: request.body as HttpRequest['body'],
    ...(operation.streamBody && { incoming: request }),
    caller: callerOf(exchange),
    http: httpOf(request, exchange),
    signal,
  };
}

const callerOf = ({ caller, correlationId }: Exchange): HttpRequest['caller'] => caller ?? { correlationId };

const httpOf = (request: IncomingMessage, { originalUrl, path, caller }: Exchange): JsonObject => ({
  originalUrl,
  method: request.method ?? 'GET',
  ...(caller?.ip !== undefined && { ip: caller.ip }),
  path,
  hostname: hostname(request.headers.host),
});

/** Without the port. */
const hostname = (host: string | undefined): string => (host ?? '').replace(/:\d+$/, '');

function errorHandler({ log, onFailure }: AppDependencies) {
  // Four parameters: that is how express knows an error handler.
  return async (error: unknown, request: Request, response: Response, _next: NextFunction): Promise<void> => {
    const exchange = exchangeOf(response);
    const { correlationId, caller, workspaceId } = exchange;
    const { status, headers, body, unexpected } = toErrorReply(error, correlationId);
    if (unexpected) {
      const stack = error instanceof Error ? error.stack : String(error);
      log.error(
        { correlationId, userId: caller?.userId, workspaceId, stack, cause: causeOf(error) },
        'unexpected failure',
      );
    }
    const told = { caller: callerOf(exchange), http: httpOf(request, exchange) };
    if (!isTold(error)) onFailure?.({ status, body, request: told, workspaceId });
    if (response.headersSent) abandon(response);
    else await sendReply(response, { status, headers, body });
  };
}

/** The head is out, so the only way left to say that something failed is to break off. */
const abandon = (response: ServerResponse): void => void response.destroy();

const causeOf = (error: unknown): string | undefined => {
  if (!(error instanceof Error) || error.cause === undefined) return undefined;
  return error.cause instanceof Error ? error.cause.stack : String(error.cause);
};
