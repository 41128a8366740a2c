import { rolesContract } from '../../testing/contracts/roles';
import { localRoles } from './local';

const agent = { userId: 'ann', sessionId: 's-ann' };
rolesContract('local', async () => ({ roles: localRoles([{ ...agent, roles: { acme: 'agent' } }]), agent }));

it('gives the role `*` where no other is named', async () => {
  const roles = localRoles([{ ...agent, roles: { '*': 'editor', acme: 'agent' } }]);
  expect(await roles.roleOf('acme', agent)).toBe('agent');
  expect(await roles.roleOf('beta', agent)).toBe('editor');
});
