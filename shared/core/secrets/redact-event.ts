import type { Event } from '../events/event';
import type { Json } from '../json';
import { redact } from './redact';

/** The event without secrets, in what it carries and in the request that caused it. Its name and ids stay. */
export function redactEvent<E extends Pick<Event, 'payload' | 'source'>>(event: E, secrets: readonly string[]): E {
  const { payload, source } = event;
  const [shown, http] = [redact(payload, secrets), redact((source.http ?? null) as Json, secrets)];
  if (shown === payload && http === (source.http ?? null)) return event;
  return { ...event, payload: shown, ...(source.http && { source: { ...source, http } }) };
}
