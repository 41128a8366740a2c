import { accountsIn, ownerOfSession } from '../api/identity/session-owner';
import type { RunIdentity } from '../shared/core/run/types';
import type { IdentityStores } from '../shared/drivers/identity-stores/sqlite';
import { rolesOfAccounts } from '../shared/drivers/roles/accounts';
import { rolesWithCreators } from '../shared/drivers/roles/creators';
import { rolesWithGrants } from '../shared/drivers/roles/granted';
import { localRoles } from '../shared/drivers/roles/local';
import type { KnownAccounts, Roles } from '../shared/ports/access';
import type { Config } from './config';
import type { Stores } from './embedded-stores';
import { membersOf } from './local-users';

/**
 * The one place that says where roles come from: settings, who made a workspace, whom it is shared with, and the accounts
 * of super admins. Runs, events and the API all ask here.
 */
export function embeddedRoles(
  config: Config,
  { records, access }: Pick<Stores, 'records' | 'access'>,
  identity: IdentityStores,
): Roles {
  const members = membersOf(config);
  const creatorOf = (workspaceId: string) => records.workspaceAudit(workspaceId).createdBy;
  const accounts = accountsIn({ ...identity, settings: config.identity });
  const known: KnownAccounts = {
    ...accounts,
    userOfSession: async (session) =>
      members.find(({ sessionId }) => sessionId === session)?.userId ?? accounts.userOfSession(session),
  };
  return rolesOfAccounts(rolesWithGrants(rolesWithCreators(localRoles(members), { creatorOf }), access), known);
}

/** What providers have told of a user, for whoever starts a run and knows the user or the session only. */
export const embeddedAuthData = (identity: IdentityStores) =>
  async function authDataOf({ userId, sessionId }: Pick<RunIdentity, 'userId' | 'sessionId'>) {
    const owner = userId ?? (sessionId === undefined ? undefined : await ownerOfSession(sessionId, identity));
    const user = owner === undefined ? null : await identity.users.find(owner);
    return user?.status === 'validated' ? user.authData : undefined;
  };
