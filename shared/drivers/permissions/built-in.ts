import type { Permissions } from '../../ports/access';

const SEE_NUMBERS = new Set(['owner', 'editor', 'superadmin']);

/**
 * The built-in rules on events. Everybody may send them; which ones one may read is judged event by event
 * (`core/events/read-rights`); sums over events of others are for those who work on the workspace.
 */
export const builtInPermissions = (): Permissions => ({
  can: async ({ role }, action, { type }) =>
    type !== 'events' ||
    action === 'create' ||
    action === 'read' ||
    (role !== undefined && SEE_NUMBERS.has(role) && (action === 'get_usage' || action === 'aggregate_search')),
});
