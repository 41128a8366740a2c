import type { ContextName, RunIdentity } from './types';

/** Where each context is stored, inside its workspace; null = it lives as long as the run. */
export function contextOwners(
  identity: RunIdentity,
  correlationId: string,
): { readonly [K in ContextName]: string | null } {
  const session = identity.sessionId ?? identity.userId ?? correlationId;
  return {
    global: 'global',
    user: identity.userId === undefined ? null : `user:${identity.userId}`,
    session: `session:${session}`,
    run: `run:${correlationId}`,
    socket: `socket:${identity.socketId ?? session}`,
  };
}
