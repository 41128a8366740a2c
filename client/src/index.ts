/** Events of Ostinato for the browser and Node.js. */
export { Api, type ApiOptions, type EventQuery, type WaitQuery } from './api';
export { ApiError, HTTPError } from './errors';
export { Events, type StreamOptions } from './events';
export type { EventDraft, EventFilters, PlatformEvent, Search, SearchResult } from './types';
