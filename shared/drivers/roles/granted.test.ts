import { rolesContract } from '../../testing/contracts/roles';
import type { Grant } from '../../ports/permission-store';
import { rolesWithGrants } from './granted';

const agent = { userId: 'ann', sessionId: 's-ann' };
const grants: { [target: string]: Grant } = { ann: { target: 'ann', role: 'agent', policies: [], at: 1 } };
const known = {
  store: { grantOf: (workspaceId: string, target: string) => (workspaceId === 'acme' ? find(target) : undefined) },
  userOfSession: (session: string) => (session === agent.sessionId ? agent.userId : undefined),
};
const find = (target: string): Grant | undefined => (Object.hasOwn(grants, target) ? grants[target] : undefined);
const none = { roleOf: async () => null };

rolesContract('granted', async () => ({ roles: rolesWithGrants(none, known), agent }));

it('comes after what others say of a user, and before what everybody has', async () => {
  grants['*'] = { target: '*', role: 'guest', policies: [], at: 1 };
  const roles = rolesWithGrants(none, known);
  expect(await roles.roleOf('acme', agent)).toBe('agent');
  expect(await roles.roleOf('acme', { userId: 'joe' })).toBe('guest');
  expect(await roles.roleOf('acme', {})).toBe('guest');
  expect(await rolesWithGrants({ roleOf: async () => 'owner' }, known).roleOf('acme', agent)).toBe('owner');
});
