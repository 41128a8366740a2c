import { callerOf, type GatewayExchange } from '../exchange';
import { numberOf, type PolicyFactory } from './policy';

/** What is counted by. Undefined = this request is not counted: private addresses without a user, for one. */
const KEYS: { readonly [key: string]: (exchange: GatewayExchange) => string | undefined } = {
  userId: (exchange) => callerOf(exchange)?.userId ?? exchange.ip,
  ip: ({ ip }) => ip,
  workspaceId: ({ params, workspaceId }) => params['workspaceId'] ?? workspaceId,
};

/** At most so many requests in a window of seconds, for each key. */
export const rateLimit: PolicyFactory = (params, { limiter }) => {
  const keyName = String(params['key'] ?? 'userId');
  const keyOf = Object.hasOwn(KEYS, keyName) ? KEYS[keyName] : undefined;
  if (!keyOf) throw new Error(`key must be one of ${Object.keys(KEYS).join(', ')}`);
  if (typeof params['name'] !== 'string') throw new Error('name is missing');
  const limit = {
    name: `${params['name']}:${keyName}`,
    windowMs: 1000 * numberOf(params, 'window'),
    limit: numberOf(params, 'limit'),
  };
  return async (exchange) => {
    const key = keyOf(exchange);
    if (key !== undefined) Object.assign(exchange.headers, await limiter(limit, key));
    return 'next';
  };
};
