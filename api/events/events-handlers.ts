import type { Handlers } from '../http/contract';
import { createSearchEvents } from './search-events';
import { createSearchHistory, type SearchHistoryDependencies } from './search-history';
import { createSendEvents, type SendEventsDependencies } from './send-events';
import { createUsage } from './usage';

export type EventsDependencies = SendEventsDependencies & SearchHistoryDependencies;

/** Keyed by operationId of `shared/contracts/openapi/events.yaml`. */
export const createEventsHandlers = (dependencies: EventsDependencies): Handlers => ({
  sendEvents: createSendEvents(dependencies),
  searchEvents: createSearchEvents(dependencies),
  searchHistory: createSearchHistory(dependencies),
  getUsage: createUsage(dependencies),
});
