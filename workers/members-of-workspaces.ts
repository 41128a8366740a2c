import type { Members } from '../api/workspaces/dependencies';
import { normaliseEmail } from '../shared/core/identity/user';
import type { IdentityStores } from '../shared/drivers/identity-stores/sqlite';
import type { Config } from './config';
import type { Stores } from './embedded-stores';

/** Who belongs to a workspace, by settings, as the one who made it, or because it is shared with them. */
export const membersOfWorkspaces = (
  config: Pick<Config, 'users'>,
  { records, access }: Pick<Stores, 'records' | 'access'>,
  { users }: Pick<IdentityStores, 'users'>,
): Members => ({
  userIdOf: async (email) => (await users.findByEmail(normaliseEmail(email)))?.id,
  isMember: (workspaceId, userId) =>
    records.workspaceAudit(workspaceId).createdBy === userId ||
    access.grantOf(workspaceId, userId) !== undefined ||
    config.users.some((user) => user.userId === userId && user.roles[workspaceId] !== undefined),
});
