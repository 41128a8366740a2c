import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { Transform } from 'node:stream';
import { fail } from '../../../shared/core/errors/errors';
import type { Log } from '../../../shared/ports/log';
import { sendReply } from '../../http/send-reply';
import type { GatewayExchange } from '../exchange';
import type { Sent, Target } from './target';

/** Of one connection; what they say is not for the next one. */
const HOP_BY_HOP = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade'],
]);
const MOST_REDIRECTS = 5;

/** A service on another address. @throws Error for what is no http(s) address */
export function httpTarget(url: string, log: Log): Target {
  const base = new URL(url);
  if (!/^https?:$/.test(base.protocol)) throw new Error(`${url} is no http address`);
  const isTls = base.protocol === 'https:';
  const agent = isTls ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const prefix = base.pathname.replace(/\/$/, '');
  const open = (exchange: GatewayExchange, path: string, headers: IncomingHttpHeaders): ClientRequest =>
    (isTls ? httpsRequest : httpRequest)({
      ...{ agent, headers, method: exchange.method, path: prefix + path },
      ...{ host: base.hostname.replace(/^\[|\]$/g, ''), port: base.port || (isTls ? 443 : 80) },
    });
  return {
    request: (exchange, sent) => forward(exchange, sent, { base, open, log }),
    upgrade: (exchange, sent) => forwardUpgrade(exchange, sent, { base, open, log }),
  };
}

interface Upstream {
  readonly base: URL;
  readonly open: (exchange: GatewayExchange, path: string, headers: IncomingHttpHeaders) => ClientRequest;
  readonly log: Log;
}

function forward(exchange: GatewayExchange, sent: Sent, upstream: Upstream): Promise<void> {
  const { request, response } = exchange;
  if (!response) throw new Error('cannot happen: a request has an answer');
  const headers = { ...endToEnd(request.headers), host: upstream.base.host };
  const body = limited(sent.bodyLimitBytes);
  return new Promise<void>((resolve, reject) => {
    let ended = false;
    const end = (settle: () => void): void => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      settle();
    };
    let current: ClientRequest | undefined;
    const refuse = (error: Error): void => {
      end(() => (response.headersSent ? (response.destroy(), resolve()) : reject(error)));
      current?.destroy();
    };
    const timer = setTimeout(() => {
      end(() => void sendTimeout(response, sent.timeoutMs).then(resolve, reject));
      current?.destroy();
    }, sent.timeoutMs);
    const ask = (path: string, redirects: number): void => {
      const asked = (current = upstream.open(exchange, path, headers));
      asked.on('error', (error) => refuse(unreachable(error, exchange, upstream.log)));
      asked.on('response', (answer) => {
        const next = redirects < MOST_REDIRECTS ? redirectOf(answer, exchange, upstream.base, path) : null;
        if (next !== null) {
          answer.resume();
          return ask(next, redirects + 1);
        }
        clearTimeout(timer);
        answer.on('error', (error) => refuse(error));
        passOn(answer, response);
        response.on('close', () => end(resolve));
      });
      if (redirects > 0) asked.end();
      else body.pipe(asked);
    };
    body.on('error', refuse);
    // The client has gone: nobody needs the answer.
    response.on('close', () => {
      if (!response.writableFinished) current?.destroy();
      end(resolve);
    });
    request.pipe(body);
    ask(sent.path + sent.search, 0);
  });
}

/** A body that breaks off where it becomes too large: a length is only what a client says. */
function limited(limitBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      if (bytes <= limitBytes) done(null, chunk);
      else done(fail('PayloadTooLarge', 'The body of the request is too large', { limitBytes }));
    },
  });
}

/** Where a service sends us on within itself. Other addresses are the client's business. */
function redirectOf(answer: IncomingMessage, { method }: GatewayExchange, base: URL, path: string): string | null {
  const { location } = answer.headers;
  if (location === undefined || !/^30[12378]$/.test(String(answer.statusCode)) || !/^(GET|HEAD)$/.test(method))
    return null;
  if (!URL.canParse(location, new URL(path, base).href)) return null;
  const next = new URL(location, new URL(path, base));
  return next.origin === base.origin ? next.pathname + next.search : null;
}

function passOn(answer: IncomingMessage, response: ServerResponse): void {
  response.statusCode = answer.statusCode ?? 502;
  for (const [name, value] of Object.entries(endToEnd(answer.headers)))
    if (value !== undefined && !name.startsWith('access-control-')) response.setHeader(name, value);
  answer.pipe(response);
}

/** Without the headers of the connection, and those that it names as such. */
function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = new Set(
    (headers.connection ?? '')
      .toLowerCase()
      .split(',')
      .map((one) => one.trim()),
  );
  // What the platform says cannot be taken back by a client that calls it a matter of the connection.
  const isDropped = (name: string) => HOP_BY_HOP.has(name) || (named.has(name) && !name.startsWith('x-'));
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isDropped(name)));
}

const sendTimeout = (response: ServerResponse, timeoutMs: number): Promise<void> =>
  sendReply(response, {
    status: 408,
    body: { error: 'TimeoutError', message: 'The service has not answered in time', timeout: timeoutMs },
  });

function unreachable(error: Error, { correlationId }: GatewayExchange, log: Log): Error {
  log.error({ err: error, correlationId }, 'a service cannot be reached');
  return error;
}

/** Once both sides agree, bytes go to and fro as they are. */
function forwardUpgrade(exchange: GatewayExchange, sent: Sent, upstream: Upstream): Promise<void> {
  const { request, upgrade } = exchange;
  if (!upgrade) throw new Error('cannot happen: an upgrade has a socket');
  const { socket, head } = upgrade;
  const headers = {
    ...endToEnd(request.headers),
    host: upstream.base.host,
    connection: 'upgrade',
    upgrade: 'websocket',
  };
  return new Promise<void>((resolve, reject) => {
    const asked = upstream.open(exchange, sent.path + sent.search, headers);
    asked.setTimeout(sent.timeoutMs, () => asked.destroy(new Error('timeout')));
    asked.on('error', (error) => reject(unreachable(error, exchange, upstream.log)));
    asked.on('response', (answer) => {
      answer.resume();
      socket.end(`HTTP/1.1 ${answer.statusCode ?? 502} ${answer.statusMessage ?? ''}\r\nconnection: close\r\n\r\n`);
      resolve();
    });
    asked.on('upgrade', (answer, other, first) => {
      asked.setTimeout(0);
      other.setTimeout(0);
      const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${String(value)}`);
      socket.write(['HTTP/1.1 101 Switching Protocols', ...lines, '', ''].join('\r\n'));
      if (first.length > 0) socket.write(first);
      if (head.length > 0) other.write(head);
      const close = () => (socket.destroy(), other.destroy());
      socket.on('error', close).on('close', close);
      other.on('error', close).on('close', close);
      // Both ways end together: half a websocket is none, and the sockets of servers stay half open by themselves.
      socket.on('end', () => other.end(close)).pipe(other, { end: false });
      other.on('end', () => socket.end(close)).pipe(socket, { end: false });
      resolve();
    });
    asked.end();
  });
}
