import type { Handlers } from '../http/contract';
import { createSearchEvents, type SearchEventsDependencies } from './search-events';
import { createSendEvents, type SendEventsDependencies } from './send-events';

/** Keyed by operationId of `shared/contracts/openapi/events.yaml`. */
export const createEventsHandlers = (dependencies: SendEventsDependencies & SearchEventsDependencies): Handlers => {
  const send = createSendEvents(dependencies);
  const search = createSearchEvents(dependencies);
  return { sendEvents: send, searchEvents: search };
};
