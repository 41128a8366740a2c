import type { CallActivities } from '../shared/contracts/engine';
import { isPlatformError, toErrorValue } from '../shared/core/errors/errors';
import type { TopicStore } from '../shared/ports/topic-store';
import { toFailure } from './to-failure';

/** Makes and joins user topics. A refusal is an answer; a store that is away is tried again. */
export const createTopics = (topics: TopicStore): CallActivities['topics'] =>
  async function topicsOfUsers(request) {
    const started = Date.now();
    const outcome = await topics.apply(request).then(
      (ok) => ({ ok: { ...ok } }),
      (error: unknown) =>
        isPlatformError(error) && !error.retryable ? { err: toErrorValue(error) } : toFailure(error),
    );
    return { outcome, attempts: 1, ms: Date.now() - started };
  };
