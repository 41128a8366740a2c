import type { Event } from './event';
import { UNREADABLE_TYPE } from './read-rights';

/** Does the history keep this event? Not what asks not to be, nor what nobody may read. */
export const isKept = ({ type, options }: Pick<Event, 'type' | 'options'>): boolean =>
  options?.persist !== false && type !== UNREADABLE_TYPE;
