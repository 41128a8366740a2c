import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Authorizations } from '../../core/permissions/rule';
import type { ApiKeys } from '../../ports/access';

const PREFIX = 'role-';
/** Ids of stored keys have no colon. */
const ID = 'role:';

/** The role whose key this is the id of. */
export const roleOfKey = (apiKeyId: string): string | undefined =>
  apiKeyId.startsWith(ID) ? apiKeyId.slice(ID.length) : undefined;

/** Does the document give this role a key? */
export const hasKey = ({ roles }: Authorizations, role: string): boolean =>
  roles.some(({ name, auth }) => name === role && auth !== undefined && Object.hasOwn(auth, 'apiKey'));

export interface RoleKeys extends ApiKeys {
  /** Undefined: the document gives the role none. */
  keyOf(workspaceId: string, role: string): string | undefined;
}

/**
 * Keys of roles with `auth: {apiKey: {}}`. They are computed, never stored or shown: a run calls the own API with one,
 * and it ends when the document takes it from the role.
 * @param secret  of the installation
 */
export function roleKeys(secret: string, authorizationsOf: (workspaceId: string) => Authorizations): RoleKeys {
  const keyOf: RoleKeys['keyOf'] = (workspaceId, role) => {
    if (!hasKey(authorizationsOf(workspaceId), role)) return undefined;
    const name = Buffer.from(role).toString('base64url');
    const proof = createHmac('sha256', secret).update(JSON.stringify(['api key of a role', workspaceId, role]));
    return `${PREFIX}${name}.${proof.digest('base64url')}`;
  };
  return {
    keyOf,
    async find(workspaceId, key) {
      if (!key.startsWith(PREFIX)) return null;
      const role = Buffer.from(key.slice(PREFIX.length).split('.', 1)[0] ?? '', 'base64url').toString();
      const expected = keyOf(workspaceId, role);
      return expected !== undefined && isSame(key, expected) ? { id: ID + role } : null;
    },
  };
}

function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** The first that knows a key has the say. */
export const anyOfKeys = (...sources: readonly ApiKeys[]): ApiKeys => ({
  async find(workspaceId, key) {
    for (const source of sources) {
      const found = await source.find(workspaceId, key);
      if (found) return found;
    }
    return null;
  },
});
