import { entry } from '../../../shared/core/entry';
import type { Event, LoggedEvent } from '../../../shared/core/events/event';
import type { LiveFilter } from '../../../shared/core/events/live-filter';
import { compileFilter, type FilterMatcher } from '../../../shared/core/events/matches-filter';
import { mayRead, type Reader } from '../../../shared/core/events/read-rights';
import { createSubscriptionIndex } from '../../../shared/core/events/subscription-index';
import type { EventFeed, Follower } from '../../../shared/ports/event-feed';
import type { Log } from '../../../shared/ports/log';

/** Who is to see which events. */
export interface Interest {
  readonly workspaceId: string;
  readonly filter: LiveFilter;
  readonly matcher: FilterMatcher;
  /** As it is now: asked for each event. */
  readonly reader: () => Reader;
  /** Null: no websocket. */
  readonly socketId: () => string | null;
}

/** Where the events of one subscription go. */
export interface Sink {
  send(logged: LoggedEvent): void;
  /** To be waited for before more of what was missed is sent: a slow client costs no memory. Undefined: go on. */
  room?(): Promise<void> | undefined;
  /** What was missed is out. */
  caughtUp?(): void;
  /** For a channel: what it knows this sink by; undefined: nothing is to be sent to it any more. */
  address?(logged: LoggedEvent): string | undefined;
}

/** Takes a live event to many sinks at once, so that it is put into its form for the wire once. */
export interface Channel {
  send(logged: LoggedEvent, to: readonly Sink[]): void;
}

/** One by one. */
export const direct: Channel = {
  send(logged, to) {
    for (const sink of to) sink.send(logged);
  },
};

export interface LiveListener {
  readonly interest: Interest;
  readonly sink: Sink;
  readonly channel: Channel;
  /** Events up to this position are known to it already. */
  readonly after: string;
}

export interface HubDependencies {
  readonly feed: EventFeed;
  /** Told of a joined topic, before any later event is looked at. */
  readonly topicsJoined: (workspaceId: string, userId: string) => Promise<void>;
  readonly log: Log;
}

/**
 * The one consumer of live events of this process. Each event is matched once, through an index, and handed to whom it is
 * for; in the order of the log, so that the last event that somebody has seen says what they have not.
 */
export class Hub {
  private readonly index = createSubscriptionIndex<LiveListener>();
  private readonly removals = new Map<LiveListener, () => void>();
  private readonly follower: Follower;
  private at: string;

  constructor(private readonly dependencies: HubDependencies) {
    this.follower = dependencies.feed.follow((events) => this.take(events));
    this.at = this.follower.position;
  }

  /** Position of the last event that was looked at. */
  get position(): string {
    return this.at;
  }

  get size(): number {
    return this.removals.size;
  }

  /** @returns how to end it */
  add(listener: LiveListener): () => void {
    const { workspaceId, filter, reader } = listener.interest;
    this.removals.set(listener, this.index.add(workspaceId, filter, reader(), listener));
    return () => {
      this.removals.get(listener)?.();
      this.removals.delete(listener);
    };
  }

  stop(): Promise<void> {
    return this.follower.stop();
  }

  private async take(events: readonly LoggedEvent[]): Promise<void> {
    for (const logged of events) {
      const { event } = logged;
      try {
        this.deliver(logged);
        const { workspaceId } = event.source;
        const joined = joinedUser(event);
        if (joined !== undefined) await this.dependencies.topicsJoined(workspaceId, joined);
      } catch (error) {
        this.dependencies.log.error({ err: error, eventId: event.id }, 'an event could not be handed on');
      }
    }
  }

  private deliver(logged: LoggedEvent): void {
    const { event, position } = logged;
    this.at = position;
    const jsonOf = textOnce();
    const byChannel = new Map<Channel, Sink[]>();
    for (const listener of this.index.candidates(event)) {
      if (position <= listener.after || !isFor(listener.interest, event, jsonOf)) continue;
      entry(byChannel, listener.channel, () => []).push(listener.sink);
    }
    for (const [channel, sinks] of byChannel) channel.send(logged, sinks);
  }
}

/** Does the filter let it through, and may it be read? */
export const isFor = (
  { matcher, reader, socketId }: Interest,
  event: Event,
  jsonOf: (event: Event) => string,
): boolean => mayRead(event, reader()) && matcher.matches(event, socketId(), jsonOf);

export const interestOf = (interest: Omit<Interest, 'matcher'>): Interest => ({
  ...interest,
  matcher: compileFilter(interest.filter),
});

/** The JSON of one event, made when the first one asks. */
export function textOnce(): (event: Event) => string {
  let text: string | undefined;
  return (event) => (text ??= JSON.stringify(event));
}

function joinedUser({ type, source, payload }: Event): string | undefined {
  if (type !== 'events.userTopics.joined' || source.serviceTopic !== type) return undefined;
  const user = payload?.['user'] as { readonly id?: unknown } | undefined;
  return typeof user?.id === 'string' ? user.id : undefined;
}
