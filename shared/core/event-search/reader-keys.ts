/**
 * Rights as keys: an event carries the keys of those who may read it, a reader those that it holds; who shares one may
 * read. So a store finds what a reader may see by an index. `mayRead` stays the rule, a test compares the two.
 */
import { EMIT_TOPIC, type Event } from '../events/event';
import { readsEverything, UNREADABLE_TYPE, type Reader } from '../events/read-rights';

const own = { user: 'u:', session: 's:' } as const;
const target = { user: 'U:', session: 'S:', topic: 'T:' } as const;

/** Keys of readers without a role that sees everything. */
export function keysOfEvent({
  type,
  source,
  target: to,
}: Pick<Event, 'type' | 'source' | 'target'>): readonly string[] {
  const isCustom = source.serviceTopic === EMIT_TOPIC;
  if (type === UNREADABLE_TYPE) return [];
  const keys: string[] = [];
  const add = (prefix: string, id: string | undefined): void => void (id !== undefined && keys.push(prefix + id));
  add(target.user, to?.userId);
  add(target.session, to?.sessionId);
  add(target.topic, to?.userTopic);
  if (isCustom && to?.userTopic === undefined) {
    add(own.user, source.userId);
    add(own.session, source.sessionId);
  }
  return keys;
}

/** Null: no keys are asked for, the reader sees (nearly) everything, or rules say what. */
export function keysOfReader(reader: Reader): readonly string[] | null {
  if (readsEverything(reader) || reader.role === 'editor' || reader.rules) return null;
  const { userId, sessionId, topics } = reader;
  return [
    ...(userId === undefined ? [] : [target.user + userId, own.user + userId]),
    ...(sessionId === undefined ? [] : [target.session + sessionId, own.session + sessionId]),
    ...[...topics].map((topic) => target.topic + topic),
  ];
}
