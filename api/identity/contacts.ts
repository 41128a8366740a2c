import { fail } from '../../shared/core/errors/errors';
import { normaliseEmail, type User } from '../../shared/core/identity/user';
import type { Json, JsonObject } from '../../shared/core/json';
import type { UserFilter } from '../../shared/ports/identity/user-store';
import type { HttpRequest, Reply } from '../http/contract';
import { isInternalKey } from '../http/internal-key';
import type { IdentityDependencies } from './dependencies';
import { isSuperAdmin } from './who-asks';

type Body = UserFilter & { readonly email?: string };

/** Finds people to share with. Who has no account, and no internal key, finds nobody. */
export const contactHandlers = ({ users, settings }: IdentityDependencies) => ({
  async findContacts(request: HttpRequest): Promise<Reply> {
    const { caller, headers, query } = request;
    const isInternal = isInternalKey(headers['x-prismeai-api-key'], settings.internalApiKey);
    if (!isInternal && (caller.userId === undefined || caller.platform?.kind === 'anonymous'))
      throw fail('AuthenticationError', 'Unauthenticated');
    const seesAll = isInternal || isSuperAdmin(caller);
    const filter = toFilter(request.body as unknown as Body, seesAll);
    const limit = Number(query['limit'] ?? 50);
    const found = await users.search(filter, { offset: limit * Number(query['page'] ?? 0), limit });
    return { body: { size: found.size, contacts: found.users.map((user) => contact(user, seesAll)) } };
  },
});

function toFilter({ ids, email, ...others }: Body, seesAll: boolean): UserFilter {
  const { firstName, lastName, authProvider, status, platformRole, groups } = others;
  if (seesAll)
    return { ids, emailPart: email?.trim(), firstName, lastName, authProvider, status, platformRole, groups };
  if (ids === undefined && email === undefined)
    throw fail('RequestValidationError', 'Give ids or an email', [{ path: '/body', message: 'ids or email' }]);
  // Whole addresses only: nobody reads the list of accounts out by their parts.
  return { ids, ...(email !== undefined && { email: normaliseEmail(email) }) };
}

function contact(user: User, seesAll: boolean): JsonObject {
  const { id, firstName, lastName, photo, groups, email, language, status, meta, platformRole, authData } = user;
  const shown = { id, firstName, lastName, photo, groups };
  const all = { ...shown, email, language, status, meta, platformRole, authData };
  return Object.fromEntries(
    Object.entries(seesAll ? all : shown).filter(([, value]) => value !== undefined) as [string, Json][],
  );
}
