import { randomUUID } from 'node:crypto';
import { hook, unauthenticated, badRequest, type Attack } from './attack';

/** Ways around the routes. */
export const routes: readonly Attack[] = [
  {
    name: 'a way up in the path',
    run: ({ server }) =>
      server.raw(`GET /v2/workspaces/acme/webhooks/../../../users/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
    expect: badRequest,
  },
  {
    name: 'an encoded way up in the path',
    run: ({ server }) =>
      server.raw(
        `GET /v2/workspaces/acme/webhooks/%2e%2e/%2E./secret HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      ),
    expect: badRequest,
  },
  {
    name: 'backslashes for slashes',
    run: ({ server }) => server.raw(`GET /v2\\workspaces\\acme HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
    expect: badRequest,
  },
  {
    name: 'a NUL in the path',
    run: ({ server }) => server.ask('/v2/workspaces/acme/webhooks/x%00.png'),
    expect: badRequest,
  },
  {
    name: 'an address of another host as the target',
    run: ({ server }) =>
      server.raw(`GET http://169.254.169.254/latest HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
    expect: badRequest,
  },
  {
    name: 'a path with two slashes at its begin',
    run: ({ server }) => server.raw(`GET //v2/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
    expect: badRequest,
  },
  {
    name: 'capitals in the path of a guarded route',
    run: ({ server }) => server.ask('/V2/ME'),
    expect: { status: 404, error: 'NotFoundError' },
  },
  {
    name: 'an encoded letter in the path of a guarded route',
    run: ({ server }) => server.ask('/v2/%6de'),
    expect: { status: 404, error: 'NotFoundError' },
  },
  {
    name: 'a guarded route with a slash more',
    run: ({ server }) => server.ask('/v2/me/'),
    expect: unauthenticated,
  },
  {
    name: 'a system route behind the gateway',
    run: ({ server }) => server.ask('/sys/heapdump'),
    expect: { status: 404, error: 'NotFoundError' },
  },
  {
    name: 'two lengths of one body (request smuggling)',
    run: ({ server }) =>
      server.raw(
        `POST ${hook} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 40\r\n\r\n{}GET /v2/me HTTP/1.1\r\n\r\n`,
      ),
    byParser: true,
    expect: { status: 400 },
  },
  {
    name: 'a length and chunks (request smuggling)',
    run: ({ server }) =>
      server.raw(
        `POST ${hook} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /v2/me HTTP/1.1\r\n\r\n`,
      ),
    byParser: true,
    expect: { status: 400 },
  },
  {
    name: 'a websocket on a route that has none',
    run: ({ server }) =>
      server.raw(`GET ${hook} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`),
    expect: { status: 404 },
  },
  {
    name: 'a websocket with a revoked access token',
    run: ({ server }) =>
      server.raw(
        `GET /socket.io/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nAuthorization: Bearer at:${randomUUID()}\r\n\r\n`,
      ),
    expect: { status: 401 },
  },
];
