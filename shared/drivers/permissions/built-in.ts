import type { Action, Permissions } from '../../ports/access';

const WORK_ON_IT = new Set(['owner', 'editor', 'superadmin']);
const MANAGE = new Set(['owner', 'superadmin']);
const EDITOR: readonly Action[] = ['read', 'update'];

/**
 * The built-in rules. A workspace is its owner's; editors read and change it; whoever is known may make one. Everybody
 * may execute automations, for the run itself refuses those that say `authorizations` (`core/permissions`), and send
 * events; which events one may read is judged event by event (`core/events/read-rights`). Sums over events of others,
 * and everything else there is, are for those who work on the workspace.
 */
export const builtInPermissions = (): Permissions => ({
  async can({ role = '', userId }, action, { type }) {
    const worksOnIt = WORK_ON_IT.has(role);
    if (type === 'workspaces')
      return (
        MANAGE.has(role) || (action === 'create' ? userId !== undefined : role === 'editor' && EDITOR.includes(action))
      );
    if (type === 'events')
      return (
        action === 'create' ||
        action === 'read' ||
        (worksOnIt && (action === 'get_usage' || action === 'aggregate_search'))
      );
    return worksOnIt || (type === 'automations' && action === 'execute');
  },
});
