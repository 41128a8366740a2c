import type { Reader } from '../../shared/core/events/read-rights';
import type { Caller } from '../../shared/ports/access';
import type { TopicStore } from '../../shared/ports/topic-store';

/** The caller as a reader of a workspace's events: who it is there, and which user topics it is in. */
export async function eventReader(
  topics: Pick<TopicStore, 'topicsOf'>,
  caller: Pick<Caller, 'userId' | 'sessionId' | 'role'>,
  workspaceId: string,
): Promise<Reader> {
  const { userId, sessionId, role } = caller;
  return {
    ...(userId !== undefined && { userId }),
    ...(sessionId !== undefined && { sessionId }),
    ...(role !== undefined && { role }),
    topics: new Set(userId === undefined ? [] : await topics.topicsOf(workspaceId, userId)),
  };
}
