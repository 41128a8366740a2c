import { fail } from '../errors/errors';
import { isObject, type Json } from '../json';
import type { Event } from './event';

/** Stores and their JSON functions give up on values that are nested deeper than this; ours say so before. */
export const MAX_DEPTH = 100;

/** @throws BrokerError for an event that is too large, or nested too deep to be searched */
export function assertFits({ type, size, payload }: Event, maxSize: number): void {
  if (size > maxSize)
    throw fail('BrokerError', `The event ${type} is too large`, { reason: 'EventTooLarge', eventSize: size, maxSize });
  if (isDeeper(payload, MAX_DEPTH))
    throw fail('BrokerError', `The payload of ${type} is nested too deep`, {
      reason: 'EventTooDeep',
      maxDepth: MAX_DEPTH,
    });
}

/** A stack of our own: the value is of anybody's making. */
function isDeeper(value: Json, depth: number): boolean {
  const stack: (readonly [Json, number])[] = [[value, 0]];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const [one, level] = next;
    if (typeof one !== 'object' || one === null) continue;
    if (level === depth) return true;
    for (const item of Array.isArray(one) ? (one as readonly Json[]) : isObject(one) ? Object.values(one) : [])
      stack.push([item, level + 1]);
  }
  return false;
}
