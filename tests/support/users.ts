import type { Caller, Identity, Roles } from '../../shared/ports/access';

/** Somebody a test knows. Absent role: none. */
export type User = Omit<Caller, 'correlationId' | 'ip' | 'socketId' | 'role'> & {
  /** In every workspace, or by workspace. */
  readonly role?: string | { readonly [workspaceId: string]: string };
};

/** Who and what users are, by token; a test may change the map at any time. */
export function usersByToken(users: ReadonlyMap<string, User>): { readonly identity: Identity; readonly roles: Roles } {
  const who = ({ role: _, ...known }: User) => known;
  const find = (userId: string | undefined, sessionId: string | undefined) =>
    [...users.values()].find((user) => user.userId === userId && user.sessionId === sessionId);
  const known = (user: User | undefined) => (user ? who(user) : null);
  return {
    identity: {
      authenticate: async (token) => known(users.get(token)),
      current: async ({ userId, sessionId }) => known(find(userId, sessionId)),
    },
    roles: {
      async roleOf(workspaceId, { userId, sessionId }) {
        const role = find(userId, sessionId)?.role;
        return (typeof role === 'object' ? role[workspaceId] : role) ?? null;
      },
    },
  };
}
