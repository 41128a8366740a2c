/** One websocket of one workspace: its subscription, and what its client says. */
import type { Socket } from 'socket.io';
import { fail } from '../../../../shared/core/errors/errors';
import type { ErrorCode } from '../../../../shared/core/errors/catalogue';
import type { Event, LoggedEvent } from '../../../../shared/core/events/event';
import { parseLiveFilter, type LiveFilter } from '../../../../shared/core/events/live-filter';
import { isObject, type Json, type JsonObject } from '../../../../shared/core/json';
import type { Caller, Roles } from '../../../../shared/ports/access';
import type { Log } from '../../../../shared/ports/log';
import type { Handler, HttpRequest } from '../../../http/contract';
import { newCorrelationId } from '../../../http/correlation-id';
import { toErrorReply } from '../../../http/error-reply';
import { withRole } from '../../../http/with-role';
import type { Channel } from '../hub';
import type { Live, OpenSubscription } from '../live';
import type { SocketIds } from '../socket-ids';
import { TokenBucket } from '../token-bucket';
import { checkDraft } from './check-draft';
import { Outbox } from './outbox';
import type { SocketCounts } from './socket-counts';
import { wireName } from './wire-names';

export interface SocketParts {
  readonly live: Live;
  readonly roles: Roles;
  /** POST events: the same checks for both. */
  readonly send: Handler;
  readonly socketIds: SocketIds;
  readonly counts: SocketCounts;
  readonly log: Log;
}

export interface Connected {
  readonly workspaceId: string;
  readonly caller: Omit<Caller, 'correlationId'>;
  readonly filter: LiveFilter;
  /** A previous id of this session. */
  readonly reuseSocketId?: string;
  readonly lastEventId?: string;
  /** Live events of the namespace. */
  readonly channel: Channel;
}

/** Sent and not yet answered. */
const MOST_IN_FLIGHT = 200;
/** Refusals in a row after which nothing is read for a while. */
const PATIENCE = 50;
const PAUSE_MS = 1_000;
/** Envelope of Socket.IO around an event. */
const FRAME_BYTES = 100;
/** For what a slow client still reads, then its connection is cut. */
const LAST_WORDS_MS = 2_000;

/** What the transport of a websocket wraps, as far as it is needed here. */
interface WebSocket {
  pause(): void;
  resume(): void;
  terminate(): void;
}

type Acknowledge = (answer: Json) => void;

export class SocketSession {
  private readonly outbox: Outbox;
  private readonly bucket: TokenBucket;
  private socketId: string;
  private inFlight = 0;
  /** In a row. */
  private refused = 0;
  private filter: LiveFilter;
  private subscription: OpenSubscription | undefined;
  private closed = false;

  constructor(
    private readonly socket: Socket,
    private readonly connected: Connected,
    private readonly parts: SocketParts,
  ) {
    const { messagesPerSecond } = parts.live.settings;
    this.filter = connected.filter;
    this.outbox = new Outbox(socket.conn);
    this.bucket = new TokenBucket(messagesPerSecond, 4 * messagesPerSecond);
    this.socketId = this.ownedId(connected.reuseSocketId) ?? socket.id;
    this.listen('event', (body) => this.emit(body));
    this.listen('filters', (body) => this.setFilter(body));
    this.listen('reconnection', (body) => this.takeBackId(body));
    socket.onAny((name: string, ...args: unknown[]) => {
      if (!KNOWN.has(name)) void this.answer(args, () => Promise.reject(unknownMessage(name)));
    });
    socket.on('disconnect', () => this.end());
  }

  /** What was missed first, then live. */
  async start(): Promise<void> {
    const { lastEventId } = this.connected;
    try {
      await this.subscribe(lastEventId);
    } catch (error) {
      if (lastEventId === undefined) throw error;
      this.tell(error);
      await this.subscribe(undefined);
    }
  }

  /** Of a live event. None when the client is too slow: it is on its way out. */
  private address({ event }: LoggedEvent): string | undefined {
    if (this.closed) return undefined;
    this.parts.counts.sent++;
    const { bufferBytes } = this.parts.live.settings;
    if (this.outbox.add(event.size + FRAME_BYTES) <= bufferBytes) return this.socket.id;
    this.close('SlowConsumerError', 'Events come faster than they are read', { bufferBytes });
    return undefined;
  }

  private async subscribe(afterId: string | undefined): Promise<void> {
    const { workspaceId, caller, channel } = this.connected;
    const { filter } = this;
    const subscription = await this.parts.live.open({
      ...{ workspaceId, filter, channel },
      ...(afterId !== undefined && { afterId }),
      caller: { ...caller, correlationId: newCorrelationId() },
      socketId: () => this.socketId,
      sink: {
        send: (logged) => this.replay(logged),
        room: () => this.outbox.room(),
        address: (logged) => this.address(logged),
        caughtUp: () =>
          void this.socket.emit(SUBSCRIBED, { socketId: this.socketId, cursor: this.subscription?.cursor() }),
      },
      onEnded: (reason) => this.close('AuthenticationError', reason),
    });
    if (this.closed) return subscription.end();
    this.subscription = subscription;
    // The client may have said another one meanwhile.
    if (this.filter !== filter) subscription.setFilter(this.filter);
    await subscription.start();
  }

  private replay({ event }: LoggedEvent): void {
    this.parts.counts.sent++;
    this.outbox.add(event.size + FRAME_BYTES);
    this.socket.emit(wireName(event.type), event);
  }

  private listen(name: string, handle: (body: unknown) => Promise<JsonObject>): void {
    this.socket.on(name, (...args: unknown[]) => void this.answer(args, () => handle(args[0])));
  }

  /** Acknowledges when the client asks for it; an error that nobody asks for is a message. */
  private async answer(args: readonly unknown[], work: () => Promise<JsonObject>): Promise<void> {
    const last = args[args.length - 1];
    const acknowledge = typeof last === 'function' ? (last as Acknowledge) : undefined;
    if (this.closed) return;
    this.parts.counts.received++;
    try {
      this.admit();
      this.inFlight++;
      const answer = await work().finally(() => this.inFlight--);
      acknowledge?.(answer);
    } catch (error) {
      this.tell(error, acknowledge);
    }
  }

  /** @throws Overloaded; whoever does not heed it is not listened to for a while: also refusing costs something */
  private admit(): void {
    const { messagesPerSecond } = this.parts.live.settings;
    if (this.inFlight < MOST_IN_FLIGHT && this.bucket.take()) {
      this.refused = 0;
      return;
    }
    if (++this.refused >= PATIENCE) {
      this.refused = 0;
      this.pause();
    }
    throw tooMany(messagesPerSecond);
  }

  /** Nothing more is read from the client, which feels it when its own buffers are full. */
  private pause(): void {
    const { socket } = this.socket.conn.transport as { readonly socket?: Partial<WebSocket> };
    socket?.pause?.();
    setTimeout(() => socket?.resume?.(), PAUSE_MS).unref();
  }

  private async emit(given: unknown): Promise<JsonObject> {
    const { workspaceId, caller } = this.connected;
    const event = checkDraft(given);
    const request: HttpRequest = {
      operationId: 'sendEvents',
      method: 'POST',
      params: { workspaceId },
      query: {},
      headers: {},
      body: { events: [event] },
      caller: {
        ...(await withRole(this.parts.roles, caller, workspaceId)),
        socketId: this.socketId,
        correlationId: newCorrelationId(),
      },
      http: {
        originalUrl: '/socket.io',
        method: 'GET',
        path: '/socket.io',
        ...(caller.ip !== undefined && { ip: caller.ip }),
      },
      signal: new AbortController().signal,
    };
    const { body } = await this.parts.send(request);
    return { id: (body as unknown as readonly Event[])[0]?.id ?? '' };
  }

  private async setFilter(given: unknown): Promise<JsonObject> {
    this.filter = parseLiveFilter(given);
    this.subscription?.setFilter(this.filter);
    return {};
  }

  private async takeBackId(given: unknown): Promise<JsonObject> {
    const wanted = isObject(given) ? given['socketId'] : undefined;
    this.socketId = this.ownedId(wanted) ?? this.socketId;
    return { socketId: this.socketId };
  }

  /** Ids of others are passed over: the new one stays. */
  private ownedId(wanted: unknown): string | undefined {
    if (typeof wanted !== 'string') return undefined;
    const { workspaceId, caller } = this.connected;
    if (this.parts.socketIds.belongsTo(wanted, workspaceId, caller)) return wanted;
    this.parts.log.info({ workspaceId, userId: caller.userId }, 'a socket id of another session was asked for');
    return undefined;
  }

  private tell(error: unknown, acknowledge: Acknowledge = (body) => void this.socket.emit('error', body)): void {
    const correlationId = newCorrelationId();
    const { body, unexpected } = toErrorReply(error, correlationId);
    if (unexpected)
      this.parts.log.error(
        { err: error, correlationId, workspaceId: this.connected.workspaceId },
        'unexpected failure',
      );
    if (!this.closed) acknowledge(body);
  }

  private close(code: ErrorCode, message: string, details?: JsonObject): void {
    if (this.closed) return;
    this.end();
    const { conn } = this.socket;
    this.socket.emit('error', { error: code, message, ...(details && { details }) });
    this.socket.disconnect(true);
    setTimeout(() => {
      conn.close(true);
      (conn.transport as { readonly socket?: Partial<WebSocket> }).socket?.terminate?.();
    }, LAST_WORDS_MS).unref();
  }

  private end(): void {
    this.closed = true;
    this.subscription?.end();
  }
}

/** What was missed is out: `{socketId, cursor}`. Names of events hold no colon. */
const SUBSCRIBED = ':subscribed';

const KNOWN = new Set(['event', 'filters', 'reconnection']);

const unknownMessage = (name: string) =>
  fail('RequestValidationError', 'Clients send event, filters or reconnection', { message: name.slice(0, 100) });

const tooMany = (messagesPerSecond: number) =>
  fail('Overloaded', 'More messages than one websocket may send', { messagesPerSecond });
