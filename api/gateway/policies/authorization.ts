import { fail } from '../../../shared/core/errors/errors';
import { callerOf } from '../exchange';
import { textsOf, type PolicyFactory } from './policy';

/** Rights over whole APIs: the user's platform role is one of `roles`, and the token has all `scopes`. */
export const authorization: PolicyFactory = (params) => {
  const [roles, scopes] = [textsOf(params, 'roles'), textsOf(params, 'scopes')];
  return async (exchange) => {
    const caller = callerOf(exchange);
    if (caller === undefined) throw fail('AuthenticationError', 'Unauthenticated');
    const { role, scopes: granted = [] } = caller.platform ?? {};
    const missing = scopes.filter((scope) => !granted.includes(scope));
    const hasRole = roles.length === 0 || (role !== undefined && roles.includes(role));
    if (hasRole && missing.length === 0) return 'next';
    throw fail('ForbiddenError', 'Your account may not use this API', {
      ...(!hasRole && { roles }),
      ...(missing.length > 0 && { scopes: missing }),
    });
  };
};
