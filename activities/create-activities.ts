import type { CallActivities, ShortActivities } from '../shared/contracts/engine';
import type { Roles } from '../shared/ports/access';
import type { FlushStore } from '../shared/ports/flush-store';
import type { TopicStore } from '../shared/ports/topic-store';
import type { AnswerChannel } from '../shared/ports/run-engine';
import type { RateLimits } from '../shared/ports/rate-limits';
import { createFetch, createReadStream, type FetchSettings, type StreamSessions } from './fetch';
import { createThrottledFetch } from './throttled-fetch';
import { createTopics } from './topics';
import { createFlush, createReadContexts, createSeal } from './flush';
import { holdWhileSuspended } from './hold-suspended';

export interface ActivityDependencies {
  readonly flushes: FlushStore;
  readonly answers: AnswerChannel;
  readonly topics: TopicStore;
  readonly roles: Roles;
  readonly fetch: FetchSettings;
  /** Runs of such a workspace take no turns. */
  readonly isSuspended: (workspaceId: string) => boolean;
  readonly rates: RateLimits;
  /** Connections that outlive the activities which open and read them. */
  readonly streams: StreamSessions;
}

/** Every effect of a run. */
export const createActivities = ({
  flushes,
  answers,
  topics,
  roles,
  fetch,
  isSuspended,
  rates,
  streams,
}: ActivityDependencies): ShortActivities & CallActivities => ({
  flush: createFlush({ flushes, answers, rates, streams }),
  seal: holdWhileSuspended(createSeal(flushes, roles), isSuspended),
  readContexts: createReadContexts(flushes),
  fetch: createThrottledFetch(createFetch(fetch, streams), rates),
  readStream: createReadStream(streams),
  topics: createTopics(topics),
});
