import { rolesContract } from '../../testing/contracts/roles';
import { rolesOfAccounts } from './accounts';

const agent = { userId: 'ann', sessionId: 's-ann' };
const sessions = new Map([
  [agent.sessionId, agent.userId],
  ['s-root', 'root'],
]);
const accounts = {
  userOfSession: async (session: string) => sessions.get(session),
  isSuperAdmin: async (userId: string) => userId === 'root' || userId === 'both',
};
const given: { [userId: string]: string } = { ann: 'agent', both: 'owner', root: 'guest' };
const roles = rolesOfAccounts(
  {
    roleOf: async (workspaceId, { userId = '' }) =>
      workspaceId === 'acme' && Object.hasOwn(given, userId) ? (given[userId] ?? null) : null,
  },
  accounts,
);

rolesContract('accounts', async () => ({ roles, agent }));

it('makes super admins superadmin everywhere, by user as by session, and leaves owners what they are', async () => {
  expect(await roles.roleOf('acme', { userId: 'root' })).toBe('superadmin');
  expect(await roles.roleOf('beta', { sessionId: 's-root' })).toBe('superadmin');
  expect(await roles.roleOf('acme', { userId: 'both' })).toBe('owner');
  expect(await roles.roleOf('beta', { userId: 'both' })).toBe('superadmin');
});

it('gives a run that calls for a super admin no more than the role in the workspace', async () => {
  const who = { userId: 'root', sourceWorkspaceId: 'acme' };
  expect(await roles.roleOf('acme', who)).toBe('guest');
  expect(await roles.roleOf('beta', who)).toBeNull();
});
