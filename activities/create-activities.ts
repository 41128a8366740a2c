import type { CallActivities, ShortActivities } from '../shared/contracts/engine';
import type { Roles } from '../shared/ports/access';
import type { FlushStore } from '../shared/ports/flush-store';
import type { TopicStore } from '../shared/ports/topic-store';
import type { AnswerChannel } from '../shared/ports/run-engine';
import { createFetch, type FetchSettings } from './fetch';
import { createTopics } from './topics';
import { createFlush, createReadContexts, createSeal } from './flush';

export interface ActivityDependencies {
  readonly flushes: FlushStore;
  readonly answers: AnswerChannel;
  readonly topics: TopicStore;
  readonly roles: Roles;
  readonly fetch: FetchSettings;
}

/** Every effect of a run. */
export const createActivities = ({
  flushes,
  answers,
  topics,
  roles,
  fetch,
}: ActivityDependencies): ShortActivities & CallActivities => ({
  flush: createFlush(flushes, answers),
  seal: createSeal(flushes, roles),
  readContexts: createReadContexts(flushes),
  fetch: createFetch(fetch),
  topics: createTopics(topics),
});
