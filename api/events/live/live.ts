import { fail } from '../../../shared/core/errors/errors';
import type { LiveFilter } from '../../../shared/core/events/live-filter';
import { checkFilter } from '../../../shared/core/events/live-filter';
import type { Caller } from '../../../shared/ports/access';
import type { EventFeed } from '../../../shared/ports/event-feed';
import type { EventQuery } from '../../../shared/ports/event-history';
import type { Log } from '../../../shared/ports/log';
import { createCursors, type Cursors } from './cursors';
import { Hub, interestOf } from './hub';
import type { LiveSettings } from './live-settings';
import { Readers, type ReadersDependencies, type WatchedReader } from './readers';
import { Subscription, type SubscriptionOptions } from './subscription';

export interface LiveDependencies extends ReadersDependencies {
  readonly feed: EventFeed;
  readonly log: Log;
  /** Signs cursors and ids of sockets; the same in every process and after a restart. */
  readonly secret: Buffer;
  readonly settings: LiveSettings;
}

export interface OpenRequest extends Omit<SubscriptionOptions, 'interest' | 'after'> {
  readonly workspaceId: string;
  readonly caller: Caller;
  readonly filter: LiveFilter;
  readonly socketId?: () => string | null;
  /** Id of an event, or a cursor. */
  readonly afterId?: string;
  /** The session, the workspace or what the API key gave is no more. */
  onEnded(reason: string): void;
}

export interface OpenSubscription {
  /** Resolves when it is live. @see Subscription.start */
  start(): Promise<void>;
  setFilter(filter: LiveFilter): void;
  /** For `afterId`: everything up to there has been sent, or is not for it. */
  cursor(): string;
  end(): void;
}

/** Live events of this process: one hub, and everything that subscribes to it. */
export class Live {
  readonly hub: Hub;
  readonly cursors: Cursors;
  readonly settings: LiveSettings;
  private readonly readers: Readers;

  constructor(private readonly dependencies: LiveDependencies) {
    const { feed, log, secret, settings } = dependencies;
    this.settings = settings;
    this.readers = new Readers(dependencies);
    this.cursors = createCursors(secret);
    this.hub = new Hub({
      feed,
      log,
      topicsJoined: (workspaceId, userId) => this.readers.topicsJoined(workspaceId, userId),
    });
  }

  /** @throws ResumeError when there is nothing to go on from */
  async open(request: OpenRequest): Promise<OpenSubscription> {
    const { workspaceId, caller, socketId = () => null, afterId, onEnded, ...options } = request;
    const after = afterId === undefined ? undefined : await this.positionOf(workspaceId, afterId);
    const watched = await this.readers.enter(workspaceId, caller);
    let { filter } = request;
    const interest = () => interestOf({ workspaceId, filter, reader: () => watched.reader, socketId });
    const subscription = new Subscription(
      { hub: this.hub, feed: this.dependencies.feed },
      { ...options, interest: interest(), ...(after !== undefined && { after }) },
    );
    const end = endOf(subscription, watched, [
      watched.onChanged(() => subscription.change(interest())),
      watched.onEnded((reason) => {
        end();
        onEnded(reason);
      }),
    ]);
    return {
      start: () => subscription.start(),
      setFilter(next) {
        filter = next;
        subscription.change(interest());
      },
      cursor: () => this.cursors.seal(workspaceId, subscription.decided),
      end,
    };
  }

  /** @throws ResumeError */
  private async positionOf(workspaceId: string, afterId: string): Promise<string> {
    const position =
      this.cursors.open(workspaceId, afterId) ?? (await this.dependencies.feed.positionOf(workspaceId, afterId));
    // Better told than missed in silence.
    if (position !== null && (await this.dependencies.feed.isWhole(workspaceId, position))) return position;
    throw fail(
      'ResumeError',
      'The event to go on from is unknown or no longer held, or some that came after it are not',
      { afterId },
    );
  }

  async close(): Promise<void> {
    this.readers.close();
    await this.hub.stop();
  }
}

function endOf(subscription: Subscription, watched: WatchedReader, stops: readonly (() => void)[]): () => void {
  let ended = false;
  return () => {
    if (ended) return;
    ended = true;
    subscription.end();
    for (const stop of stops) stop();
    watched.leave();
  };
}

/** Filters as GET events takes them -> filters of a subscription. @throws RequestValidationError */
export const toLiveFilter = ({ types, text, fields, appInstanceDepth }: EventQuery): LiveFilter =>
  checkFilter({
    ...(types && { types }),
    ...(text !== undefined && { text }),
    ...(fields && { payloadQuery: [fields] }),
    ...(appInstanceDepth !== undefined && { appInstanceDepth }),
  });
