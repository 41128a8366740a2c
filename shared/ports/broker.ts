import type { LoggedEvent } from '../core/events/event';
import type { Event, EventOrigin } from '../core/events/event';

/**
 * The log of events. A known id is dropped; durable before `append` returns; an event that is too large or nested too
 * deep is refused with `BrokerError`, and with it all events of the call. Consumer groups get every event at least
 * once, each acknowledging for itself; within one workspace and correlation id, one at a time and in order.
 */
export interface Broker {
  append(
    events: readonly { readonly event: Event; readonly origin?: EventOrigin }[],
  ): Promise<readonly { id: string; position: string; known: boolean }[]>;
  /**
   * Starts a consumer of the group. A handler that throws leaves its event pending: it comes again after
   * `redeliverAfterMs`, at most `maxDeliveries` times, then it is dead-lettered and `onDead` is told.
   */
  consume(group: string, handler: BatchHandler, options?: ConsumeOptions): Promise<Consumer>;
  pending(): Promise<readonly Backlog[]>;
  /** Position after which the next event will stand. */
  position(): Promise<string>;
  close(): Promise<void>;
}

/** What one group has not acknowledged, and has given up. */
export interface Backlog {
  readonly group: string;
  readonly pending: number;
  readonly dead: number;
  /** The oldest of those that are pending, so many as can be counted in no time, by their type. */
  readonly types: readonly { readonly type: string; readonly pending: number }[];
}

/**
 * Acknowledges by returning, event by event: ids missing from `failed` are done. A failure with `retryAfterMs` means "no
 * room now": the event comes again after that, as often as need be, and it is not counted as a delivery.
 * Batches of more than one may hold several events of one correlation, in order.
 */
export type BatchHandler = (
  batch: readonly Delivery[],
) => Promise<{ readonly failed?: readonly { id: string; reason: string; retryAfterMs?: number }[] } | void>;

export interface Delivery extends LoggedEvent {
  /** 1 at first. */
  readonly attempt: number;
}

export interface ConsumeOptions {
  /** Only events of these topics (`source.serviceTopic`); the others are passed. All of them unless told. */
  readonly topics?: readonly string[];
  /** Events handed over at once; 1 = one by one. */
  readonly batchSize?: number;
  /**
   * `log`: strictly in the order of the log, one batch at a time, so that whatever is done is a beginning of the log.
   * `correlation` unless told.
   */
  readonly order?: 'correlation' | 'log';
  /** Waits this long for a batch to fill up, from its first event on. 0 unless told. */
  readonly lingerMs?: number;
  /** Handlers at work at once, each for other correlations. 50 unless told. */
  readonly concurrency?: number;
  /** 60,000 unless told. */
  readonly redeliverAfterMs?: number;
  /** 5 unless told. */
  readonly maxDeliveries?: number;
  onDead?(delivery: Delivery, reason: string): Promise<void>;
}

export interface Consumer {
  /** Stops after what is in hand. */
  stop(): Promise<void>;
}
