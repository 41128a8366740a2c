import type { CallActivities, ShortActivities } from '../shared/contracts/engine';
import type { FlushStore } from '../shared/ports/flush-store';
import type { AnswerChannel } from '../shared/ports/run-engine';
import { createFetch, type FetchSettings } from './fetch';
import { createFlush, createReadContexts, createSeal } from './flush';

export interface ActivityDependencies {
  readonly flushes: FlushStore;
  readonly answers: AnswerChannel;
  readonly fetch: FetchSettings;
}

/** Every effect of a run. */
export const createActivities = ({
  flushes,
  answers,
  fetch,
}: ActivityDependencies): ShortActivities & CallActivities => ({
  flush: createFlush(flushes, answers),
  seal: createSeal(flushes),
  readContexts: createReadContexts(flushes),
  fetch: createFetch(fetch),
});
