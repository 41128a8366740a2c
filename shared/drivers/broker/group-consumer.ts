/**
 * Delivers the log to one consumer group.
 *
 * G1  An event is done when its handler has returned without naming it as failed, never before.
 * G2  The stored cursor stands before the first event that is neither done nor stored as pending. Failed events are
 *     stored as pending at once, slow ones after a second, so that neither holds the cursor back.
 * G3  Within one lane (workspace, correlation id) one delivery at a time, in order.
 */
import type { LoggedEvent } from '../../core/events/event';
import type { BatchHandler, ConsumeOptions, Delivery } from '../../ports/broker';
import type { SqliteDatabase, Tx } from '../sqlite/database';
import type { EventLog } from './event-log';
import { bury, cursorOf, deadAfter, dropPending, moveCursor, pendingOf, savePending } from './group-table';
import type { PendingRow } from './group-table';
import { Lanes, type Entry } from './lanes';

export interface ConsumerParts {
  readonly db: SqliteDatabase;
  readonly log: EventLog;
  readonly now: () => number;
  readonly group: string;
  readonly handler: BatchHandler;
  readonly options: ConsumeOptions;
}

const READ_AT_ONCE = 500;
/** Events held in memory; beyond it reading stops until some are done. */
const WINDOW = 20_000;
const SPILL_AFTER_MS = 1_000;

interface Failure {
  readonly reason: string;
  readonly retryAfterMs?: number;
}

export class GroupConsumer {
  private readonly lanes: Lanes;
  /** Read, not done, not spilled: in order of position. */
  private readonly open = new Map<number, Entry>();
  /** Pending rows of events that stand after the stored cursor: taken into account when they are read. */
  private readonly knownPending = new Map<number, PendingRow>();
  private readonly dead: Set<number>;
  /** Failed since the last save. */
  private readonly failing = new Set<Entry>();
  /** Pending rows of events that are done. */
  private readonly dropped = new Set<number>();
  private highestDone = 0;
  private read: number;
  private active = 0;
  private pumpPlanned = false;
  private savePlanned = false;
  private stopped = false;
  private dueTimer: NodeJS.Timeout | undefined;
  private idle: (() => void) | undefined;

  constructor(private readonly parts: ConsumerParts) {
    const { db, group, log, now, options } = parts;
    this.lanes = options.order === 'log' ? new Lanes(() => '') : new Lanes();
    this.read = cursorOf(db, group) ?? log.position();
    this.dead = new Set(deadAfter(db, group, this.read));
    for (const row of pendingOf(db, group)) {
      if (row.position > this.read) this.knownPending.set(row.position, row);
      else this.readmit(row, now());
    }
    this.wake();
  }

  wake(): void {
    if (this.pumpPlanned || this.stopped) return;
    this.pumpPlanned = true;
    // Not at once: those who wait for the commit that woke us come first.
    setImmediate(() => {
      this.pumpPlanned = false;
      this.pump();
    });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.dueTimer);
    if (this.active > 0) await new Promise<void>((resolve) => (this.idle = resolve));
    await this.parts.db.write((tx) => this.save(tx, 0));
  }

  private pump(): void {
    if (this.stopped) return;
    const { concurrency = 50, batchSize = 1 } = this.parts.options;
    this.fill();
    clearTimeout(this.dueTimer);
    const now = this.parts.now();
    const due = this.lanes.wakeDue(now);
    const ready = this.full(batchSize, now);
    const next = Math.min(due ?? Infinity, ready > now ? ready : Infinity);
    if (next < Infinity) this.dueTimer = setTimeout(() => this.wake(), Math.max(next - now, 1));
    while (this.active < concurrency && this.full(batchSize, now) <= now) {
      const batch = this.lanes.take(batchSize);
      if (batch.length === 0) return;
      void this.deliver(batch);
    }
  }

  /** When a batch may be handed over: at once when it is full, else when its first event has waited long enough. */
  private full(batchSize: number, now: number): number {
    const { lingerMs = 0 } = this.parts.options;
    if (lingerMs === 0 || !this.lanes.hasReady) return now;
    const { count, since } = this.lanes.offer(batchSize);
    return count >= batchSize ? now : since + lingerMs;
  }

  private fill(): void {
    while (this.lanes.size < WINDOW) {
      const events = this.parts.log.after(this.read, READ_AT_ONCE);
      const now = this.parts.now();
      for (const logged of events) {
        const position = Number(logged.position);
        this.read = position;
        if (this.dead.delete(position) || !this.wants(logged)) continue;
        const known = this.knownPending.get(position);
        this.knownPending.delete(position);
        const entry: Entry = {
          position,
          logged,
          attempt: known?.attempt ?? 0,
          due: known?.due ?? 0,
          readAt: now,
          spilled: known !== undefined,
        };
        if (!entry.spilled) this.open.set(position, entry);
        this.lanes.add(entry, now);
      }
      if (events.length < READ_AT_ONCE) return;
    }
  }

  private wants({ event }: LoggedEvent): boolean {
    const { topics } = this.parts.options;
    return topics === undefined || topics.includes(event.source.serviceTopic);
  }

  private readmit(row: PendingRow, now: number): void {
    const logged = this.parts.log.at(row.position);
    if (logged) this.lanes.add({ ...row, logged, readAt: now, spilled: true }, now);
    else this.dropped.add(row.position);
  }

  private async deliver(batch: readonly Entry[]): Promise<void> {
    this.active++;
    for (const entry of batch) entry.attempt++;
    const failures = await this.handle(batch);
    for (const entry of batch) {
      const failure = failures.get(entry.logged.event.id);
      if (failure === undefined || (await this.failed(entry, failure))) this.done(entry);
    }
    const now = this.parts.now();
    this.lanes.release(batch, (entry) => entry.due === Infinity, now);
    this.active--;
    this.planSave();
    if (this.stopped && this.active === 0) this.idle?.();
    // Straight on when there is more: a turn of the loop for each event would be slow.
    if (this.lanes.hasReady && !this.parts.options.lingerMs) this.pump();
    else this.wake();
  }

  private async handle(batch: readonly Entry[]): Promise<ReadonlyMap<string, Failure>> {
    const deliveries = batch.map((entry): Delivery => ({ ...entry.logged, attempt: entry.attempt }));
    try {
      const answer = await this.parts.handler(deliveries);
      return new Map(answer?.failed?.map((failure) => [failure.id, failure]) ?? []);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return new Map(batch.map(({ logged }) => [logged.event.id, { reason }]));
    }
  }

  /** @returns true when the event is given up, and so done with */
  private async failed(entry: Entry, failure: Failure): Promise<boolean> {
    const { now, options, db, group } = this.parts;
    if (failure.retryAfterMs !== undefined) {
      entry.attempt--;
      this.later(entry, failure.retryAfterMs);
      return false;
    }
    if (entry.attempt < (options.maxDeliveries ?? 5)) {
      this.later(entry, options.redeliverAfterMs ?? 60_000);
      return false;
    }
    try {
      await options.onDead?.({ ...entry.logged, attempt: entry.attempt }, failure.reason);
      await db.write((tx) => bury(tx, group, { entry, reason: failure.reason, at: now() }));
      return true;
    } catch {
      // Nobody could be told: it stays pending, and is given up another time.
      entry.attempt--;
      this.later(entry, options.redeliverAfterMs ?? 60_000);
      return false;
    }
  }

  private later(entry: Entry, ms: number): void {
    entry.due = this.parts.now() + ms;
    this.failing.add(entry);
  }

  private done(entry: Entry): void {
    entry.due = Infinity;
    this.failing.delete(entry);
    this.highestDone = Math.max(this.highestDone, entry.position);
    if (entry.spilled) this.dropped.add(entry.position);
    else this.open.delete(entry.position);
  }

  private planSave(): void {
    if (this.savePlanned) return;
    this.savePlanned = true;
    this.parts.db.lazily((tx) => {
      this.savePlanned = false;
      this.save(tx, this.parts.now() - SPILL_AFTER_MS);
    });
  }

  /**
   * Writes what is acknowledged and what failed (G2). Memory follows only after the commit: work lost with a failed
   * transaction is done again by the next one, and the cursor cannot pass an event that was never stored as pending.
   * @param readBefore open events read before this time are stored as pending
   */
  private save(tx: Tx, readBefore: number): void {
    const { group } = this.parts;
    const spilled = new Set([...this.failing, ...this.overdue(readBefore)]);
    const dropped = [...this.dropped];
    for (const { position, attempt, due } of spilled) savePending(tx, group, { position, attempt, due });
    for (const position of dropped) dropPending(tx, group, position);
    moveCursor(tx, group, this.cursor(spilled));
    tx.afterCommit(() => {
      for (const entry of spilled) {
        entry.spilled = true;
        this.open.delete(entry.position);
        this.failing.delete(entry);
      }
      for (const position of dropped) this.dropped.delete(position);
    });
  }

  /** Open events that hold the cursor back: read long ago, or, when stopping, overtaken by one that is done. */
  private overdue(readBefore: number): Entry[] {
    const overdue: Entry[] = [];
    for (const entry of this.open.values()) {
      const overtaken = this.stopped && entry.position < this.highestDone;
      if (entry.readAt > readBefore && !overtaken) break;
      overdue.push(entry);
    }
    return overdue;
  }

  private cursor(spilled: ReadonlySet<Entry>): number {
    for (const entry of this.open.values()) if (!spilled.has(entry)) return entry.position - 1;
    return this.read;
  }
}
