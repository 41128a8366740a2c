import type { Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { Server, type Namespace, type Socket } from 'socket.io';
import { isPlatformError } from '../../../../shared/core/errors/errors';
import { parseLiveFilter, type LiveFilter } from '../../../../shared/core/events/live-filter';
import type { Identity } from '../../../../shared/ports/access';
import type { HttpRequest } from '../../../http/contract';
import { toErrorReply } from '../../../http/error-reply';
import { toEventQuery } from '../../event-query';
import type { HeldPlaces } from '../held-places';
import type { Channel } from '../hub';
import { toLiveFilter } from '../live';
import { createAuthenticate, type AuthenticateSettings } from './authenticate';
import { countBytes } from './socket-counts';
import { SocketSession, type Connected, type SocketParts } from './socket-session';
import { wireName } from './wire-names';

export interface SocketServerDependencies extends SocketParts, AuthenticateSettings {
  readonly identity: Identity;
  readonly workspaces: { has(workspaceId: string): boolean };
  readonly places: HeldPlaces;
}

const NAMESPACE = /^\/v2\/workspaces\/([\w-]+)\/events$/;
/** Of a whole message; the size of an event is judged by the service, with a better answer. */
const LARGEST_MESSAGE_BYTES = 1_048_576;
const GOODBYE_MS = 500;
/** Of the connection itself, in the query string of a polling client. */
const OF_THE_TRANSPORT = new Set(['EIO', 'transport', 't', 'sid', 'b64', 'j']);

/** Websockets of a workspace's events, on the port of the API. */
export function attachSockets(http: HttpServer, dependencies: SocketServerDependencies): { close(): void } {
  const { workspaces, counts } = dependencies;
  const io = new Server(http, {
    maxHttpBufferSize: LARGEST_MESSAGE_BYTES,
    serveClient: false,
    cleanupEmptyChildNamespaces: true,
  });
  countBytes(io, counts);
  const upgraded = new Set<Duplex>();
  http.on('upgrade', (_, socket) => {
    upgraded.add(socket);
    socket.on('close', () => upgraded.delete(socket));
  });
  io.use((_, next) => next(new Error('Connect to /v2/workspaces/<workspace>/events')));
  const sockets = io.of((name, _auth, next) => next(null, workspaces.has(NAMESPACE.exec(name)?.[1] ?? '')));
  const welcome = createWelcome(dependencies);
  sockets.use((socket, next) => {
    welcome(socket).then(
      () => next(),
      (error: unknown) => next(refusal(error, dependencies)),
    );
  });
  sockets.on('connection', (socket: Socket) => {
    counts.connects++;
    const connectedAt = performance.now();
    const { connected, giveBack } = socket.data as Welcomed;
    socket.on('disconnect', () => {
      counts.disconnects++;
      counts.lasted((performance.now() - connectedAt) / 1_000);
      giveBack();
    });
    const session = new SocketSession(socket, { ...connected, channel: channelOf(socket.nsp) }, dependencies);
    session.start().catch((error: unknown) => {
      dependencies.log.error({ err: error, workspaceId: connected.workspaceId }, 'a subscription has failed');
      socket.disconnect(true);
    });
  });
  return {
    close() {
      io.engine.close();
      // Whoever does not even read the goodbye keeps nobody from stopping.
      setTimeout(() => upgraded.forEach((socket) => socket.destroy()), GOODBYE_MS);
    },
  };
}

interface Welcomed {
  readonly connected: Omit<Connected, 'channel'>;
  readonly giveBack: () => void;
}

/** Everything that can refuse a connection. */
function createWelcome({ identity, places, socketIds, ...settings }: SocketServerDependencies) {
  const authenticate = createAuthenticate(identity, settings);
  return async (socket: Socket): Promise<void> => {
    const workspaceId = NAMESPACE.exec(socket.nsp.name)?.[1] ?? '';
    const caller = await authenticate(socket.handshake, workspaceId);
    const filter = filterOf(socket.handshake);
    const { reuseSocketId, lastEventId } = socket.handshake.auth as { [name: string]: unknown };
    const giveBack = places.take(workspaceId);
    // Also when it goes before it is welcome; and when it has gone by now, nothing tells any more.
    socket.conn.once('close', giveBack);
    if (socket.conn.readyState !== 'open') giveBack();
    // An id of ours, that the session can take back later.
    Object.assign(socket, { id: socketIds.mint(workspaceId, caller) });
    Object.assign(socket.data, {
      giveBack,
      connected: {
        ...{ workspaceId, caller, filter },
        ...(typeof reuseSocketId === 'string' && { reuseSocketId }),
        ...(typeof lastEventId === 'string' && lastEventId !== '' && { lastEventId }),
      },
    } satisfies Welcomed);
  };
}

/** `auth.filters`, else the query string as GET events reads it. */
function filterOf({ auth, query }: Socket['handshake']): LiveFilter {
  const given = (auth as { readonly filters?: unknown }).filters;
  if (given !== undefined) return parseLiveFilter(given);
  const own = Object.entries(query).filter(([name]) => !OF_THE_TRANSPORT.has(name));
  return toLiveFilter(toEventQuery(Object.fromEntries(own) as HttpRequest['query']));
}

/** A refusal as clients know it: its message says why, `data` is the error of the API. */
function refusal(error: unknown, { log }: Pick<SocketServerDependencies, 'log'>): Error {
  const expected = isPlatformError(error) && (error.status < 500 || error.retryable);
  if (!expected) log.error({ err: error }, 'a websocket could not be welcomed');
  const message = expected ? (error as Error).message : 'Internal error : please try again later.';
  return Object.assign(new Error(message), { data: toErrorReply(error, '').body });
}

/** One event to many sockets of a namespace: it is put into its form for the wire once. */
function channelOf(namespace: Namespace): Channel {
  const known = channels.get(namespace);
  if (known) return known;
  const channel: Channel = {
    send(logged, to) {
      const ids = to.flatMap((sink) => sink.address?.(logged) ?? []);
      const { event } = logged;
      if (ids.length > 0) namespace.to(ids).emit(wireName(event.type), event);
    },
  };
  channels.set(namespace, channel);
  return channel;
}

const channels = new WeakMap<Namespace, Channel>();
