import { randomUUID } from 'node:crypto';
import { hook, unauthenticated, cookie, csrfAsk, type Attack } from './attack';

/** Pages of others, with our user's cookie. */
export const pages: readonly Attack[] = [
  {
    name: 'CSRF: a change by cookie without the token',
    run: (s) => csrfAsk(s),
    expect: { ...unauthenticated, message: 'Missing CSRF token.' },
  },
  {
    name: 'CSRF: with a guessed token',
    run: (s) => csrfAsk(s, { 'x-prismeai-csrf-token': randomUUID() }),
    expect: { ...unauthenticated, message: 'Invalid CSRF token found.' },
  },
  {
    name: "CSRF: with the attacker's own token",
    run: async (s) => {
      const own = (await s.server.ask('/v2/me', { token: s.eve.token })).headers.get('x-prismeai-csrf-token') ?? '';
      return csrfAsk(s, { 'x-prismeai-csrf-token': own });
    },
    expect: { ...unauthenticated, message: 'Invalid CSRF token found.' },
  },
  {
    name: 'CSRF: a workspace called by cookie',
    run: (s) => csrfAsk(s, {}, '/v2/workspaces', 'POST'),
    expect: { ...unauthenticated, message: 'Missing CSRF token.' },
  },
  {
    name: 'CSRF: an event sent by cookie',
    run: (s) => csrfAsk(s, {}, '/v2/workspaces/acme/events', 'POST'),
    expect: { ...unauthenticated, message: 'Missing CSRF token.' },
  },
  {
    name: 'CSRF: a cookie with a bearer token beside it, that shall look like no cookie',
    run: (s) => csrfAsk(s, { authorization: `Bearer ${s.ada.token}` }),
    expect: { ...unauthenticated, message: 'Missing CSRF token.' },
  },
  {
    name: 'CSRF: another method by header',
    run: (s) => csrfAsk(s, { 'x-http-method-override': 'GET' }),
    expect: { ...unauthenticated, message: 'Missing CSRF token.' },
  },
  {
    name: 'CSRF: a form of another site',
    run: ({ server, ada }) =>
      server.ask('/v2/user/meta', {
        method: 'POST',
        headers: { cookie: cookie(ada.token), origin: 'http://evil.test', 'content-type': 'text/plain' },
        body: '{"a":1}',
      }),
    expect: unauthenticated,
  },
  {
    name: "a stranger's page that reads with our user's cookie",
    run: async ({ server, ada }) => {
      const headers = { cookie: cookie(ada.token), origin: 'http://evil.test' };
      const answer = await server.ask('/v2/me', { headers });
      if (answer.headers.has('access-control-allow-origin')) throw new Error('the page may read the answer');
      return answer;
    },
    expect: unauthenticated,
  },
  {
    name: "a stranger's page that opens a websocket with our user's cookie",
    run: ({ server, ada }) =>
      server.raw(
        `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nOrigin: http://evil.test\r\nCookie: ${cookie(ada.token)}\r\n\r\n`,
      ),
    expect: { status: 101 },
    unseen: /"x-prismeai-user-id"|"authorization"/,
  },
  {
    name: 'an origin that only begins like ours',
    run: async ({ server }) => {
      const { status, headers } = await server.ask(hook, { headers: { origin: 'http://console.test.evil.test' } });
      return { status, error: headers.get('access-control-allow-origin') ?? 'none' };
    },
    expect: { status: 200, error: 'none' },
  },
  {
    name: 'an origin that only ends like ours',
    run: async ({ server }) => {
      const { status, headers } = await server.ask(hook, { headers: { origin: 'http://evilpages.test' } });
      return { status, error: headers.get('access-control-allow-origin') ?? 'none' };
    },
    expect: { status: 200, error: 'none' },
  },
  {
    name: 'the origin null of a sandboxed page',
    run: async ({ server }) => {
      const { status, headers } = await server.ask(hook, { headers: { origin: 'null' } });
      return { status, error: headers.get('access-control-allow-origin') ?? 'none' };
    },
    expect: { status: 200, error: 'none' },
  },
];
