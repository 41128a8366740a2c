import { io, type Socket } from 'socket.io-client';
import { ApiError, HTTPError, isErrorBody } from './errors';
import type { EventDraft, EventFilters, PlatformEvent } from './types';

export interface StreamOptions {
  /** Where an earlier subscription ended: what came after this event, or cursor, comes first. */
  readonly lastEventId?: string;
  /** Takes back the id of an earlier websocket of this session, and with it the `socket` context. */
  readonly reuseSocketId?: string;
}

interface EventsOptions extends StreamOptions {
  readonly url: string;
  /** Credentials, asked for at each connection. */
  readonly headers: () => { readonly [header: string]: string };
  readonly filters: EventFilters;
  readonly transports?: readonly ('websocket' | 'polling')[];
}

type Listener = (event: PlatformEvent) => void;

/** Names of events hold no colon: these are the platform's own messages. */
const SUBSCRIBED = ':subscribed';
const ANSWER_WITHIN_MS = 20_000;
const AGAIN_AFTER_MS = 1_000;
/** Refusals that another try does not change. */
const FINAL = new Set(['AuthenticationError', 'ForbiddenError', 'RequestValidationError', 'ObjectNotFoundError']);

/**
 * A subscription that outlives its connections: after each reconnection the server sends what was missed, then goes on, so
 * that every stored event comes once, in the order in which it was stored.
 */
export class Events {
  /** Id of the last stored event that came, or a cursor while none has: for `StreamOptions.lastEventId`. */
  lastEventId: string | undefined;
  /** Of this websocket, as events carry it in `source.socketId`. */
  socketId: string | undefined;
  private readonly socket: Socket;
  private readonly byType = new Map<string, Set<Listener>>();
  private readonly everything = new Set<Listener>();
  private readonly errorListeners = new Set<(error: ApiError | HTTPError) => void>();
  private readonly waiting = new Set<{ done(): void; failed(error: Error): void }>();
  private filters: EventFilters;
  private subscribed = false;
  private endedBy: Error | undefined;
  private lastRefusal: ApiError | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: EventsOptions) {
    this.filters = options.filters;
    this.lastEventId = options.lastEventId;
    this.socketId = options.reuseSocketId;
    this.socket = io(options.url, {
      transports: [...(options.transports ?? ['websocket'])],
      forceNew: true,
      reconnectionDelay: 200,
      reconnectionDelayMax: 5_000,
      auth: (give) => give(this.credentials()),
    });
    this.socket.onAny((name: string, body: unknown) => this.take(name, body));
    this.socket.on('connect_error', (error) => this.refused(error));
    this.socket.on('disconnect', (reason) => this.disconnected(reason));
  }

  /** Resolves when the subscription is live. @throws ApiError when it is refused for good */
  ready(): Promise<void> {
    if (this.subscribed) return Promise.resolve();
    if (this.endedBy) return Promise.reject(this.endedBy);
    return new Promise((done, failed) => this.waiting.add({ done, failed }));
  }

  /** Events of one type. @returns how to stop */
  on(type: string, listener: Listener): () => void {
    const listeners = this.byType.get(type) ?? new Set();
    this.byType.set(type, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /** The next event of one type. @returns how to stop waiting for it */
  once(type: string, listener: Listener): () => void {
    const stop = this.on(type, (event) => {
      stop();
      listener(event);
    });
    return stop;
  }

  /** Every event. @returns how to stop */
  all(listener: Listener): () => void {
    this.everything.add(listener);
    return () => void this.everything.delete(listener);
  }

  /** Refusals and failures, such as `ResumeError`: what was missed is no longer held. @returns how to stop */
  onError(listener: (error: ApiError | HTTPError) => void): () => void {
    this.errorListeners.add(listener);
    return () => void this.errorListeners.delete(listener);
  }

  /** Sends an event over this connection. @returns its id, when it is stored · @throws ApiError, HTTPError */
  async emit(
    type: string,
    payload?: EventDraft['payload'],
    more: Omit<EventDraft, 'type' | 'payload'> = {},
  ): Promise<string> {
    const { id } = (await this.ask('event', { type, ...(payload && { payload }), ...more })) as { id: string };
    return id;
  }

  /** Other filters, from now on. @throws ApiError */
  async updateFilters(filters: EventFilters): Promise<void> {
    const before = this.filters;
    this.filters = filters;
    try {
      await this.ask('filters', filters);
    } catch (error) {
      this.filters = before;
      throw error;
    }
  }

  /** What is sent to these user topics, besides what the filters let through; members only get it. */
  async listenTopics(topics: readonly string[]): Promise<void> {
    const { payloadQuery, ...others } = this.filters;
    const clauses = payloadQuery === undefined ? [] : Array.isArray(payloadQuery) ? payloadQuery : [payloadQuery];
    await this.updateFilters({ ...others, payloadQuery: [...clauses, { 'target.userTopic': topics }] });
  }

  /** Ends the connection; `open` takes it up where it stood. */
  close(): void {
    clearTimeout(this.timer);
    this.subscribed = false;
    this.socket.disconnect();
  }

  open(): void {
    this.socket.connect();
  }

  /** Ends it for good. */
  destroy(): void {
    this.end(new HTTPError('The subscription has ended', 0));
    this.close();
    this.socket.removeAllListeners();
    this.byType.clear();
    this.everything.clear();
    this.errorListeners.clear();
  }

  private credentials(): object {
    return {
      extraHeaders: this.options.headers(),
      filters: this.filters,
      ...(this.lastEventId !== undefined && { lastEventId: this.lastEventId }),
      ...(this.socketId !== undefined && { reuseSocketId: this.socketId }),
    };
  }

  private take(name: string, body: unknown): void {
    if (name === SUBSCRIBED) return this.isLive(body as { readonly socketId: string; readonly cursor: string });
    // The platform has events of the type `error` too: those have a source.
    if (isErrorBody(body) && !('source' in body)) return this.fail(new ApiError(body, 0));
    const event = body as PlatformEvent;
    for (const listener of [...(this.byType.get(event.type) ?? []), ...this.everything]) listener(event);
    // Only now: a listener that throws has not taken it. What is not stored cannot be gone on from.
    if (event.options?.persist !== false) this.lastEventId = event.id;
  }

  private isLive({ socketId, cursor }: { readonly socketId: string; readonly cursor: string }): void {
    this.socketId = socketId;
    this.lastEventId = cursor;
    this.subscribed = true;
    for (const { done } of this.waiting) done();
    this.waiting.clear();
  }

  private async ask(name: string, body: unknown): Promise<unknown> {
    const answer: unknown = await this.socket
      .timeout(ANSWER_WITHIN_MS)
      .emitWithAck(name, body)
      .catch((error: unknown) => {
        throw new HTTPError(`No answer to ${name}: it may have arrived or not`, 0, { cause: error });
      });
    if (isErrorBody(answer)) throw new ApiError(answer, 0);
    return answer;
  }

  /** Socket.IO tries again by itself when the connection failed, and not when the server has said no. */
  private refused(error: Error & { readonly data?: unknown; readonly type?: string }): void {
    // Where no websocket gets through, Socket.IO's polling does.
    if (error.type === 'TransportError' && !this.options.transports)
      this.socket.io.opts.transports = ['polling', 'websocket'];
    if (this.socket.active) return;
    const refusal = isErrorBody(error.data)
      ? new ApiError(error.data, 0)
      : new HTTPError(error.message, 0, { cause: error });
    const isFinal = error.message === 'Invalid namespace' || (refusal instanceof ApiError && FINAL.has(refusal.error));
    this.fail(refusal);
    if (isFinal) this.end(refusal);
    else this.again();
  }

  private disconnected(reason: string): void {
    this.subscribed = false;
    if (reason !== 'io server disconnect') return;
    if (this.lastRefusal?.error === 'AuthenticationError') this.end(new HTTPError(this.lastRefusal.message, 401));
    else this.again();
  }

  private again(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.socket.connect(), AGAIN_AFTER_MS);
  }

  private fail(error: ApiError | HTTPError): void {
    if (error instanceof ApiError) this.lastRefusal = error;
    for (const listener of this.errorListeners) listener(error);
  }

  private end(error: Error): void {
    this.endedBy = error;
    for (const { failed } of this.waiting) failed(error);
    this.waiting.clear();
  }
}
