import type { Event } from './event';

/** Characters of the event's JSON text without `id` and `size`. */
export const envelopeSize = ({
  type,
  createdAt,
  payload,
  source,
  target,
  options,
}: Omit<Event, 'id' | 'size'>): number => JSON.stringify({ type, createdAt, payload, source, target, options }).length;
