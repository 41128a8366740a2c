import type { LocalUser } from '../shared/drivers/identity/local';
import type { LocalMember } from '../shared/drivers/roles/local';
import type { Config } from './config';

type ConfiguredUser = Config['users'][number];

/** A user of the settings has one session, named like the user. */
export const toLocalUser = ({ userId, token, email }: ConfiguredUser): LocalUser => ({
  token,
  caller: { userId, sessionId: userId, authData: {}, ...(email !== undefined && { email }) },
});

/** Everybody with a role: the owner of the installation in each workspace, and the users of the settings. */
export const membersOf = ({ users }: Pick<Config, 'users'>): readonly LocalMember[] => [
  ...users.map(({ userId, roles }) => ({ userId, sessionId: userId, roles })),
  { userId: 'owner', sessionId: 'owner', roles: { '*': 'owner' } },
];
