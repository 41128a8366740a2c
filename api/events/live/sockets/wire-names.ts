/** What Socket.IO tells its own users by: an event of such a name would be taken for one of these. */
const RESERVED = new Set(['connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener', 'removeListener']);

/** Names of events hold no colon. */
const UNNAMED = ':event';

/** An event goes by its type, unless Socket.IO keeps that name for itself. */
export const wireName = (type: string): string => (RESERVED.has(type) ? UNNAMED : type);
