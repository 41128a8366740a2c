/**
 * One subscription: what was missed, then what comes, without a gap and without a double.
 *
 * L1  What was missed is read from the feed until the cursor is where the hub is. The check and going live are one step
 *     of the thread: no event is between them.
 * L2  A live listener takes only what stands after its cursor: the feed may have been ahead of the hub.
 * L3  Everything reaches the sink in the order of the log.
 */
import type { Event } from '../../../shared/core/events/event';
import type { EventFeed } from '../../../shared/ports/event-feed';
import { direct, isFor, textOnce, type Channel, type Hub, type Interest, type Sink } from './hub';

export interface SubscriptionOptions {
  readonly interest: Interest;
  readonly sink: Sink;
  /** Of live events. Absent: one by one. */
  readonly channel?: Channel;
  /** What stands after this position comes first. Absent: only what comes from now on. */
  readonly after?: string;
}

const PAGE = 200;

export class Subscription {
  private ended = false;
  private cursor: string;
  private removeListener: (() => void) | undefined;

  constructor(
    private readonly parts: { readonly hub: Hub; readonly feed: EventFeed },
    private options: SubscriptionOptions,
  ) {
    this.cursor = options.after ?? parts.hub.position;
  }

  /** Resolves when it is live, or was ended before. */
  async start(): Promise<void> {
    while (!this.ended) {
      if (this.cursor >= this.parts.hub.position) return this.goLive();
      await this.readOn();
    }
  }

  /** Another filter, or other rights: from now on. */
  change(interest: Interest): void {
    this.options = { ...this.options, interest };
    if (!this.removeListener) return;
    // Under the old one.
    this.cursor = this.decided;
    this.removeListener();
    this.listen();
  }

  /** Everything up to this position has been sent, or is not for it. */
  get decided(): string {
    const { position } = this.parts.hub;
    return this.removeListener && position > this.cursor ? position : this.cursor;
  }

  end(): void {
    this.ended = true;
    this.removeListener?.();
    this.removeListener = undefined;
  }

  private async readOn(): Promise<void> {
    const { feed } = this.parts;
    const { events, upTo } = await feed.after(this.options.interest.workspaceId, this.cursor, PAGE);
    for (const logged of events) {
      if (this.ended) return;
      const { event } = logged;
      if (!isReplayed(event) || !isFor(this.options.interest, event, textOnce())) continue;
      this.options.sink.send(logged);
      await this.options.sink.room?.();
    }
    this.cursor = upTo;
    // Others get their turn, however much was missed.
    await new Promise((resolve) => setImmediate(resolve));
  }

  private goLive(): void {
    this.listen();
    this.options.sink.caughtUp?.();
  }

  private listen(): void {
    const { interest, sink, channel = direct } = this.options;
    this.removeListener = this.parts.hub.add({ interest, sink, channel, after: this.cursor });
  }
}

/** What is not kept cannot be missed. */
const isReplayed = ({ options }: Event): boolean => options?.persist !== false;
