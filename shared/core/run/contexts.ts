import { contextOwners } from './context-owners';
import type { ContextName, Contexts, RunIdentity } from './types';

export { contextOwners } from './context-owners';

export const CONTEXT_NAMES: readonly ContextName[] = ['global', 'user', 'session', 'run', 'socket'];

const names: ReadonlySet<string> = new Set(CONTEXT_NAMES);
export const isContextName = (name: string): name is ContextName => names.has(name);

/** Empty ones of version -1: nothing read yet, any stored one is newer. */
export function unreadContexts(identity: RunIdentity, correlationId: string): Contexts {
  const owners = contextOwners(identity, correlationId);
  return Object.fromEntries(CONTEXT_NAMES.map((name) => [name, { owner: owners[name], version: -1, value: {} }]));
}
