import type { Roles } from '../../ports/access';

export interface KnownRoles {
  readonly roles: Roles;
  /** Somebody who has the role `agent` in `acme`, and none elsewhere. */
  readonly agent: { readonly userId: string; readonly sessionId: string };
}

export function rolesContract(driver: string, open: () => Promise<KnownRoles>): void {
  describe(`Roles: ${driver}`, () => {
    it('knows the role of a user, of a session whose user is not said, and of nobody else', async () => {
      const { roles, agent } = await open();
      const { userId, sessionId } = agent;
      expect(await roles.roleOf('acme', agent)).toBe('agent');
      expect(await roles.roleOf('acme', { userId })).toBe('agent');
      expect(await roles.roleOf('acme', { sessionId })).toBe('agent');
      expect(await roles.roleOf('acme', { userId: 'stranger', sessionId })).toBeNull();
      expect(await roles.roleOf('acme', {})).toBeNull();
      expect(await roles.roleOf('acme', { userId: '__proto__', sessionId: 'constructor' })).toBeNull();
    });

    it('gives a role in its own workspace only', async () => {
      const { roles, agent } = await open();
      expect(await roles.roleOf('beta', agent)).toBeNull();
      expect(await roles.roleOf('constructor', agent)).toBeNull();
    });
  });
}
