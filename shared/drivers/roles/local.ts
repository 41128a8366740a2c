import type { Roles } from '../../ports/access';

/** Somebody of a local installation. */
export interface LocalMember {
  readonly userId: string;
  readonly sessionId: string;
  /** By workspace; `*` = in every other one. */
  readonly roles: { readonly [workspaceId: string]: string };
}

/** Roles of the users that the settings name. Everybody else has none. */
export function localRoles(members: readonly LocalMember[]): Roles {
  const byUser = new Map(members.map((member) => [member.userId, member]));
  const bySession = new Map(members.map((member) => [member.sessionId, member]));
  return {
    async roleOf(workspaceId, { userId, sessionId }) {
      const member = userId === undefined ? bySession.get(sessionId ?? '') : byUser.get(userId);
      if (member === undefined) return null;
      const { roles } = member;
      return (Object.hasOwn(roles, workspaceId) ? roles[workspaceId] : roles['*']) ?? null;
    },
  };
}
