import type { Reader } from '../../shared/core/events/read-rights';
import type { Caller, Permissions } from '../../shared/ports/access';
import type { TopicStore } from '../../shared/ports/topic-store';

export interface EventReaderDependencies {
  readonly topics: Pick<TopicStore, 'topicsOf'>;
  readonly permissions: Pick<Permissions, 'eventReadRules'>;
}

type Known = Omit<Caller, 'correlationId'>;

/** The caller as a reader of a workspace's events: who it is there, which user topics it is in, what rules give it. */
export async function eventReader(
  { topics, permissions }: EventReaderDependencies,
  caller: Known,
  workspaceId: string,
): Promise<Reader> {
  const { userId } = caller;
  const joined = new Set(userId === undefined ? [] : await topics.topicsOf(workspaceId, userId));
  return readerIn({ permissions }, { ...caller, topics: joined }, workspaceId);
}

/** As `eventReader`, where the topics are known. */
export async function readerIn(
  { permissions }: Pick<EventReaderDependencies, 'permissions'>,
  caller: Known & { readonly topics: ReadonlySet<string> },
  workspaceId: string,
): Promise<Reader> {
  const { userId, sessionId, role, topics } = caller;
  const rules = await permissions.eventReadRules(caller, workspaceId);
  return {
    ...(userId !== undefined && { userId }),
    ...(sessionId !== undefined && { sessionId }),
    ...(role !== undefined && !rules?.replacesEditor && { role }),
    topics,
    ...(rules && { rules }),
  };
}
