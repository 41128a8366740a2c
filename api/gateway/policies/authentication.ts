import { fail } from '../../../shared/core/errors/errors';
import { callerOf, headerOf, sourceWorkspaceOf, type GatewayExchange } from '../exchange';
import { flagOf, type PolicyFactory, type PolicyParams } from './policy';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Who may pass at all. The credential is judged before any pipeline; here it is asked for. */
export const authentication: PolicyFactory = (params, { names }) => {
  const optional = flagOf(params, 'optional', false);
  const allowApiKeyOnly = flagOf(params, 'allowApiKeyOnly', false);
  const enforceMFA = flagOf(params, 'enforceMFA', true);
  const injectUserIdHeader = flagOf(params, 'injectUserIdHeader', true);
  const csrf = (params['csrf'] ?? {}) as PolicyParams;
  const [includeToken, validateToken] = [flagOf(csrf, 'includeToken', false), flagOf(csrf, 'validateToken', false)];
  return async (exchange) => {
    const { verdict, request } = exchange;
    if (callerOf(exchange)?.userId === undefined && !optional) {
      const hasKey = headerOf(request, names.apiKey) !== undefined;
      if (!allowApiKeyOnly || !hasKey) throw fail('AuthenticationError', whyUnknown(exchange));
    }
    if (verdict?.kind === 'known') {
      if (enforceMFA && !optional && !verdict.mfaValidated)
        throw fail('MissingMFA', 'Show the second factor of this session first');
      if (validateToken) assertCsrf(exchange, headerOf(request, names.csrfToken));
      const token = verdict.session?.csrfToken;
      if (includeToken && token !== undefined) exchange.headers[names.csrfToken] = token;
    }
    if (!injectUserIdHeader) exchange.hideUser = true;
    return 'next';
  };
};

const whyUnknown = ({ verdict }: GatewayExchange): string => {
  if (verdict === undefined) return 'No authentication token found';
  return verdict.kind === 'refused' ? verdict.reason : 'Unauthenticated';
};

/** A cookie goes with every request of a browser, whoever's page makes it: only our pages know the token. */
function assertCsrf(exchange: GatewayExchange, given: string | undefined): void {
  const { method, credential, verdict } = exchange;
  if (SAFE.has(method) || credential.kind !== 'cookie' || sourceWorkspaceOf(exchange) !== undefined) return;
  if (given === undefined || given === '') throw fail('AuthenticationError', 'Missing CSRF token.');
  const expected = verdict?.kind === 'known' ? verdict.session?.csrfToken : undefined;
  if (given !== expected) throw fail('AuthenticationError', 'Invalid CSRF token found.');
}
