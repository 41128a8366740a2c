import type { Permissions } from '../../ports/access';

const WORK_ON_IT = new Set(['owner', 'editor', 'superadmin']);

/**
 * The built-in rules. Everybody may execute automations, for the run itself refuses those that say `authorizations`
 * (`core/permissions`), and send events; which events one may read is judged event by event (`core/events/read-rights`).
 * Sums over events of others, and everything else there is, are for those who work on the workspace.
 */
export const builtInPermissions = (): Permissions => ({
  async can({ role }, action, { type }) {
    const worksOnIt = role !== undefined && WORK_ON_IT.has(role);
    if (type === 'events')
      return (
        action === 'create' ||
        action === 'read' ||
        (worksOnIt && (action === 'get_usage' || action === 'aggregate_search'))
      );
    return worksOnIt || (type === 'automations' && action === 'execute');
  },
});
