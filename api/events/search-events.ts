import type { Event } from '../../shared/core/events/event';
import type { Json } from '../../shared/core/json';
import type { Caller, Permissions } from '../../shared/ports/access';
import type { EventHistory } from '../../shared/ports/event-history';
import type { HttpRequest, Reply } from '../http/contract';
import { toEventQuery } from './event-query';

export interface SearchEventsDependencies {
  readonly history: EventHistory;
  readonly permissions: Permissions;
}

/** GET events: what the caller may not read is left out after paging, so a page may hold fewer than its limit. */
export const createSearchEvents = ({ history, permissions }: SearchEventsDependencies) =>
  async function searchEvents({ params, query, caller }: HttpRequest): Promise<Reply> {
    const workspaceId = params['workspaceId'] ?? '';
    const found = await history.search(workspaceId, toEventQuery(query));
    const events = await readable(permissions, caller, workspaceId, found);
    return { body: { result: { events: events as unknown as Json } } };
  };

async function readable(
  permissions: Permissions,
  caller: Caller,
  workspaceId: string,
  events: readonly Event[],
): Promise<readonly Event[]> {
  const allowed = await Promise.all(
    events.map(({ id, type, source, target }) => {
      const value = { type, source, ...(target && { target }) } as unknown as { readonly [key: string]: Json };
      return permissions.can(caller, 'read', { type: 'events', workspaceId, id, value });
    }),
  );
  return events.filter((_, index) => allowed[index]);
}
