export { createFetch, type FetchSettings } from './fetch';
export { createReadStream } from './read-stream';
export { StreamSessions } from './stream-sessions';
