import type { Action, Permissions } from '../../ports/access';

const SEE_NUMBERS = new Set(['owner', 'editor', 'superadmin']);
const MANAGE = new Set(['owner', 'superadmin']);
const EDITOR: readonly Action[] = ['read', 'update'];

/**
 * The built-in rules on workspaces and events. A workspace is its owner's; editors read and change it; whoever is known
 * may make one. Everybody may send events; which ones one may read is judged event by event (`core/events/read-rights`);
 * sums over events of others are for those who work on the workspace.
 */
export const builtInPermissions = (): Permissions => ({
  async can({ role = '', userId }, action, { type }) {
    if (type === 'workspaces')
      return (
        MANAGE.has(role) || (action === 'create' ? userId !== undefined : role === 'editor' && EDITOR.includes(action))
      );
    return (
      type !== 'events' ||
      action === 'create' ||
      action === 'read' ||
      (SEE_NUMBERS.has(role) && (action === 'get_usage' || action === 'aggregate_search'))
    );
  },
});
