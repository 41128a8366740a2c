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

/** Of contexts that are stored at all: one without an owner lives as long as the run. */
export function storedOwners(identity: RunIdentity, correlationId: string): { readonly [name: string]: string } {
  const owners: { [name: string]: string } = {};
  for (const [name, owner] of Object.entries(contextOwners(identity, correlationId)))
    if (owner !== null) owners[name] = owner;
  return owners;
}
