import type { Contexts } from '../core/run/types';

/** Stored contexts of workspaces. Written by flushes only (`FlushStore`). */
export interface ContextStore {
  /** Context name -> owner key. Missing and expired ones come back with version 0 and `{}`. */
  read(workspaceId: string, owners: { readonly [name: string]: string }): Promise<Contexts>;
}
