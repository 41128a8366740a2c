import { fail } from '../../shared/core/errors/errors';
import type { Json } from '../../shared/core/json';
import type { EventHistory } from '../../shared/ports/event-history';
import type { TopicStore } from '../../shared/ports/topic-store';
import type { HttpRequest, Reply } from '../http/contract';
import { toEventQuery } from './event-query';
import { eventReader } from './event-reader';

export interface SearchEventsDependencies {
  readonly history: EventHistory;
  readonly topics: Pick<TopicStore, 'topicsOf'>;
}

/** GET events: what the caller may not read is left out before pages are cut, so a page is as full as it can be. */
export const createSearchEvents = ({ history, topics }: SearchEventsDependencies) =>
  async function searchEvents({ params, query, caller }: HttpRequest): Promise<Reply> {
    const workspaceId = params['workspaceId'] ?? '';
    const { afterId, ...wanted } = toEventQuery(query);
    const afterPosition = afterId === undefined ? undefined : await history.positionOf(workspaceId, afterId);
    if (afterPosition === null)
      throw fail('RequestValidationError', `There is no event ${afterId} here, or it is no longer held`, { afterId: afterId ?? null });
    const reader = await eventReader(topics, caller, workspaceId);
    const events = await history.search(workspaceId, {
      ...wanted,
      reader,
      ...(afterPosition !== undefined && { afterPosition }),
    });
    return { body: { result: { events: events as unknown as Json } } };
  };
