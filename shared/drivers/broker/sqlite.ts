import { fail } from '../../core/errors/errors';
import type { Broker } from '../../ports/broker';
import type { SqliteDatabase } from '../sqlite/database';
import { assertFits } from '../../core/events/assert-fits';
import { positionText, type EventLog } from './event-log';
import { backlogOf } from './backlog';
import { GroupConsumer } from './group-consumer';
import { createGroup, doneBefore } from './group-table';

export interface SqliteBrokerOptions {
  /** Groups that get every event from now on, whether somebody consumes already or not. */
  readonly groups: readonly string[];
  /** Events kept at least; older ones go once every group has acknowledged them. */
  readonly keep?: number;
  /** How often to look for what another process wrote, and for what can be trimmed. */
  readonly pollMs?: number;
  readonly now?: () => number;
  /** Characters of one event (BROKER_EMIT_MAXLEN); any unless told. */
  readonly eventMaxLength?: number;
}

const TRIM_AT_ONCE = 2_000;

export async function sqliteBroker(db: SqliteDatabase, log: EventLog, options: SqliteBrokerOptions): Promise<Broker> {
  const { groups, keep = 10_000, pollMs = 1_000, now = Date.now, eventMaxLength = Infinity } = options;
  const consumers = new Map<string, GroupConsumer>();
  const declare = (group: string) => db.write((tx) => createGroup(tx, group, log.position(tx)));
  for (const group of groups) await declare(group);

  const wakeAll = (): void => {
    for (const consumer of consumers.values()) consumer.wake();
  };
  const stopListening = log.onAppended(wakeAll);
  let trimming: Promise<unknown> = Promise.resolve();
  const poll = setInterval(() => {
    wakeAll();
    trimming = trimming.then(trim).catch(() => undefined); // Tried again at the next turn.
  }, pollMs);
  poll.unref();

  async function trim(): Promise<void> {
    const newest = log.position();
    const before = Math.min(doneBefore(db, newest, now()), newest - keep);
    const oldest = db.get<{ position: number | null }>('SELECT min(position) AS position FROM broker_log')?.position;
    if (oldest !== null && oldest !== undefined && oldest < before) await log.trim(before, TRIM_AT_ONCE);
  }

  return {
    async append(events) {
      for (const { event } of events) assertFits(event, eventMaxLength);
      return db.write((tx) => log.append(tx, events));
    },
    async consume(group, handler, consumeOptions = {}) {
      if (consumers.has(group))
        throw fail('ConfigurationError', `The group ${group} has a consumer in this process already`, { group });
      await declare(group);
      const consumer = new GroupConsumer({ db, log, now, group, handler, options: consumeOptions });
      consumers.set(group, consumer);
      return {
        async stop() {
          if (consumers.get(group) !== consumer) return;
          await consumer.stop();
          consumers.delete(group);
        },
      };
    },
    async pending() {
      await db.settled();
      return backlogOf(db);
    },
    position: async () => positionText(log.position()),
    async close() {
      clearInterval(poll);
      stopListening();
      await Promise.all([...consumers.values()].map((consumer) => consumer.stop()));
      consumers.clear();
      await trimming;
    },
  };
}
