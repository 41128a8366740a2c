import type { TopicRequest } from '../core/run/types';

/** User topics of workspaces and who is in them. Members may read the events that are sent to their topic. */
export interface TopicStore {
  /**
   * Idempotent: the call that has made a topic is told `created` again, however often it asks.
   * @throws PrismeError when users join a topic that there is not, and it is not to be made
   */
  apply(request: TopicRequest): Promise<{ readonly created: boolean }>;
  /** Topics that a user is in, sorted. */
  topicsOf(workspaceId: string, userId: string): Promise<readonly string[]>;
}
