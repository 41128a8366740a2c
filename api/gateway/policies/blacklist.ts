import { fail } from '../../../shared/core/errors/errors';
import { textsOf, type PolicyFactory } from './policy';

/** Refuses URLs that one of the expressions is found in. */
export const blacklist: PolicyFactory = (params) => {
  const refused = textsOf(params, 'paths').map((source) => new RegExp(source));
  return async ({ path, search }) => {
    if (refused.some((one) => one.test(path + search))) throw fail('ForbiddenError', 'Blacklisted');
    return 'next';
  };
};
