import type { Json } from '../../shared/core/json';
import type { EventHistory } from '../../shared/ports/event-history';
import type { HttpRequest, Reply } from '../http/contract';
import { toEventQuery } from './event-query';
import { eventReader, type EventReaderDependencies } from './event-reader';

export interface SearchEventsDependencies extends EventReaderDependencies {
  readonly history: EventHistory;
}

/** GET events: what the caller may not read is left out before pages are cut, so a page is as full as it can be. */
export const createSearchEvents = ({ history, ...access }: SearchEventsDependencies) =>
  async function searchEvents({ params, query, caller }: HttpRequest): Promise<Reply> {
    const workspaceId = params['workspaceId'] ?? '';
    const reader = await eventReader(access, caller, workspaceId);
    const events = await history.search(workspaceId, { ...toEventQuery(query), reader });
    return { body: { result: { events: events as unknown as Json } } };
  };
