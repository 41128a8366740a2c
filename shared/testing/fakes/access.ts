import type { Action, Identity, Permissions, Roles, Subject } from '../../ports/access';

export const OWNER_TOKEN = 'owner-token';

/** Knows one token, the owner's. */
export const fakeIdentity = (): Identity => {
  const owner = { userId: 'owner', sessionId: 'owner-session', authData: {} };
  return {
    authenticate: async (token) => (token === OWNER_TOKEN ? owner : null),
    current: async ({ userId }) => (userId === owner.userId ? owner : null),
  };
};

/** The owner is that everywhere; nobody else has a role. */
export const fakeRoles = (): Roles => ({
  roleOf: async (_, { userId }) => (userId === 'owner' ? 'owner' : null),
});

/** Allows everything but what the test refuses. */
export const fakePermissions = (refuses: (action: Action, subject: Subject) => boolean = () => false): Permissions => ({
  can: async (_, action, subject) => !refuses(action, subject),
  decide: async (_, action, subject) => ({ allowed: !refuses(action, subject) }),
  eventReadRules: async () => undefined,
});
