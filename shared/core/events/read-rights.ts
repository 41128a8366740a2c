/**
 * Who may read an event: the built-in rules, for every path by which an event reaches a reader (live, resumed, searched,
 * polled). The table of cases is `tests/events/read-rights.yaml`.
 */
import { EMIT_TOPIC, type Event } from './event';

/** Whom events are shown to. What is absent matches nothing: two callers without a user are not the same user. */
export interface Reader {
  readonly userId?: string;
  readonly sessionId?: string;
  /** In the event's workspace. */
  readonly role?: string;
  /** User topics that the user is in. */
  readonly topics: ReadonlySet<string>;
  /** Rules of the workspace's own; equal ids mean equal rules. Null: they say nothing of the event. */
  readonly rules?: {
    readonly id: string;
    decide(event: Pick<Event, 'type' | 'source' | 'target'>): boolean | null;
  };
}

/** For the processes that need it only: readable by nobody. */
export const UNREADABLE_TYPE = 'runtime.contexts.updated';
/** Of API keys: for owners. */
export const EDITORS_MAY_NOT_READ = 'apikeys.';

export const readsEverything = ({ role }: Pick<Reader, 'role'>): boolean => role === 'owner' || role === 'superadmin';

/**
 * May the reader see this event? The workspace is not judged here: a reader stands for one workspace.
 * `target.currentSocket` gives and takes no right: it says which sockets a filter means (`matchesFilter`).
 */
export function mayRead(event: Pick<Event, 'type' | 'source' | 'target'>, reader: Reader): boolean {
  const { type, source, target } = event;
  if (type === UNREADABLE_TYPE) return false;
  if (readsEverything(reader)) return true;
  const ruled = reader.rules?.decide(event) ?? null;
  if (ruled !== null) return ruled;
  if (reader.role === 'editor') return !type.startsWith(EDITORS_MAY_NOT_READ);
  if (isSame(target?.userId, reader.userId) || isSame(target?.sessionId, reader.sessionId)) return true;
  // A topic is for its members: having caused the event is no membership.
  if (target?.userTopic !== undefined) return reader.topics.has(target.userTopic);
  if (source.serviceTopic !== EMIT_TOPIC) return false;
  return isSame(source.userId, reader.userId) || isSame(source.sessionId, reader.sessionId);
}

const isSame = (one: string | undefined, other: string | undefined): boolean => one !== undefined && one === other;
