import { rolesContract } from '../../testing/contracts/roles';
import type { Grant } from '../../ports/permission-store';
import { rolesOfAccounts } from './accounts';
import { rolesWithGrants } from './granted';

const agent = { userId: 'ann', sessionId: 's-ann' };
const grants: { [target: string]: Grant } = { ann: { target: 'ann', role: 'agent', policies: [], at: 1 } };
const store = {
  grantOf: (workspaceId: string, target: string) => (workspaceId === 'acme' ? find(target) : undefined),
};
const find = (target: string): Grant | undefined => (Object.hasOwn(grants, target) ? grants[target] : undefined);
const none = { roleOf: async () => null };
const accounts = {
  userOfSession: async (session: string) => (session === agent.sessionId ? agent.userId : undefined),
  isSuperAdmin: async () => false,
};

rolesContract('granted', async () => ({ roles: rolesOfAccounts(rolesWithGrants(none, store), accounts), agent }));

it('comes after what others say of a user, and before what everybody has', async () => {
  grants['*'] = { target: '*', role: 'guest', policies: [], at: 1 };
  const roles = rolesWithGrants(none, store);
  expect(await roles.roleOf('acme', agent)).toBe('agent');
  expect(await roles.roleOf('acme', { userId: 'joe' })).toBe('guest');
  expect(await roles.roleOf('acme', {})).toBe('guest');
  expect(await rolesWithGrants({ roleOf: async () => 'owner' }, store).roleOf('acme', agent)).toBe('owner');
});
