import { fail } from '../../shared/core/errors/errors';
import { workspaceSlug, freeSlug } from '../../shared/core/workspaces/slug-from-name';
import type { Deployments } from '../../shared/ports/deployments';
import { slugOf } from './documents';

/** Slugs of all workspaces. Each is one workspace's, also of two that ask for it at the same time. */
export interface SlugBook {
  /** @throws AlreadyUsedError */
  hold<T>(slug: string, workspaceId: string, work: () => Promise<T>): Promise<T>;
  /** A slug made of the name, held. */
  holdFree<T>(name: string, workspaceId: string, work: (slug: string) => Promise<T>): Promise<T>;
  isTaken(slug: string, workspaceId: string): boolean;
}

export function createSlugBook(deployments: Pick<Deployments, 'list' | 'view'>): SlugBook {
  const held = new Map<string, string>();
  const isTaken = (slug: string, workspaceId: string): boolean =>
    (held.get(slug) ?? workspaceId) !== workspaceId ||
    deployments.list().some((id) => {
      if (id === workspaceId) return false;
      const view = deployments.view(id);
      // A folder's name is a name of the workspace, too.
      return id === slug || (view !== null && slugOf(view) === slug);
    });
  const hold = async <T>(slug: string, workspaceId: string, work: () => Promise<T>): Promise<T> => {
    if (isTaken(slug, workspaceId)) throw fail('AlreadyUsedError', `The slug ${slug} is taken`, { slug });
    held.set(slug, workspaceId);
    try {
      return await work();
    } finally {
      held.delete(slug);
    }
  };
  return {
    isTaken,
    hold,
    holdFree(name, workspaceId, work) {
      const slug = freeSlug(workspaceSlug(name) || 'workspace', (one) => isTaken(one, workspaceId));
      return hold(slug, workspaceId, () => work(slug));
    },
  };
}
