import { fail } from '../../../shared/core/errors/errors';
import { writeCallerHeaders } from '../../http/caller-headers';
import { SESSION_COOKIE, withoutCookie } from '../../http/cookies';
import { METRICS_PATH } from '../../http/system-routes';
import { callerOf, headerOf, sourceWorkspaceOf, type GatewayExchange } from '../exchange';
import { bytesOf, flagOf, numberOf, type PolicyFactory, type PolicyParts } from './policy';

const isPairs = (value: unknown): value is { readonly [key: string]: string } =>
  typeof value === 'object' && value !== null && Object.values(value).every((one) => typeof one === 'string');

/** Passes the request on to a service, with what the gateway knows of the caller. Ends the chain. */
export const proxy: PolicyFactory = (params, parts) => {
  const service = String(params['service'] ?? '');
  const websockets = flagOf(params, 'websockets', false);
  const timeoutMs = 1000 * numberOf(params, 'timeout', 20);
  const bodyLimitBytes = bytesOf(params, 'maxBodySize', parts.bodyLimitBytes);
  const target = parts.target(service);
  const rewrite = rewriteOf(params['pathRewrite']);
  const router = isPairs(params['router']) ? params['router'] : {};
  const routes = Object.entries(router).map(([where, url]) => ({ where, target: parts.target(service, url) }));
  return async (exchange) => {
    const { path, search, request, upgrade } = exchange;
    if (upgrade && !websockets) return 'next';
    const host = headerOf(request, 'host') ?? '';
    const chosen = routes.find(({ where }) => (where.startsWith('/') ? path.startsWith(where) : where === host));
    const { request: pass, upgrade: passUpgrade } = chosen?.target ?? target;
    const sent = { path: rewrite(path), search, timeoutMs, bodyLimitBytes };
    if (upgrade) {
      if (!passUpgrade) throw fail('NotFoundError', 'Route not found');
      prepareHeaders(exchange, parts, true);
      await passUpgrade(exchange, sent);
      return 'answered';
    }
    const length = Number(headerOf(request, 'content-length') ?? 0);
    if (length > bodyLimitBytes)
      throw fail('PayloadTooLarge', 'The body of the request is too large', { limitBytes: bodyLimitBytes });
    prepareHeaders(exchange, parts, websockets || exchange.path === METRICS_PATH);
    await pass(exchange, sent);
    return 'answered';
  };
};

function rewriteOf(given: unknown): (path: string) => string {
  if (!isPairs(given)) return (path) => path;
  const rules = Object.entries(given).map(([source, to]) => ({ from: new RegExp(source), to }));
  return (path) => {
    const rule = rules.find(({ from }) => from.test(path));
    return rule ? path.replace(rule.from, rule.to) : path;
  };
}

/**
 * Headers as backends may believe them. The credential stays here; only the service of websockets, which goes on asking
 * whether a session is open, gets it, always as a bearer token, and the metrics, which ask for a key of their own.
 */
function prepareHeaders(exchange: GatewayExchange, parts: PolicyParts, keepsCredential: boolean): void {
  const { names, forwardedHeaders } = parts;
  const { headers } = exchange.request;
  const host = headerOf(exchange.request, 'host');
  const { token } = exchange.credential;
  if (!keepsCredential) delete headers.authorization;
  else if (token !== undefined) headers.authorization = `Bearer ${token}`;
  if (headers.cookie !== undefined) headers.cookie = withoutCookie(headers.cookie, SESSION_COOKIE);
  if (!headers.cookie) delete headers.cookie;
  for (const name of Object.keys(headers)) if (name.startsWith('x-forwarded-')) delete headers[name];
  headers['x-forwarded-for'] = exchange.address;
  if (forwardedHeaders) {
    headers['x-forwarded-proto'] = exchange.protocol;
    if (host !== undefined) headers['x-forwarded-host'] = host;
  }
  headers[names.correlationId] = exchange.correlationId;
  const known = exchange.hideUser ? undefined : callerOf(exchange);
  const sourceWorkspaceId = sourceWorkspaceOf(exchange);
  const platform = { ...known?.platform, ...(sourceWorkspaceId !== undefined && { sourceWorkspaceId }) };
  writeCallerHeaders(headers, { ...known, platform }, names);
}
