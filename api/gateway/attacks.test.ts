/**
 * Attacks on the door and on accounts: one row each, refused with its documented status within two seconds, logged,
 * while another client is served as ever.
 */
import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import {
  OWNER_TOKEN,
  startIdentityServer,
  type Answer,
  type IdentityServer,
} from '../../tests/support/identity-server';
import { SignedTokens } from '../identity/signed-tokens';

jest.setTimeout(60_000);

interface Stage {
  readonly server: IdentityServer;
  /** Who is attacked: logged in, and known by email. */
  readonly ada: { readonly id: string; readonly token: string; readonly sessionId: string };
  /** Who attacks: has an account too. */
  readonly eve: { readonly id: string; readonly token: string };
}

interface Outcome {
  readonly status: number;
  readonly error?: string;
  readonly message?: string;
}

interface Attack {
  readonly name: string;
  readonly run: (stage: Stage) => Promise<Answer | string | Outcome>;
  readonly expect: Outcome;
  /** What a service behind must not have been told. */
  readonly unseen?: RegExp;
  /** Refused by the parser of Node.js, before there is a request that could be logged. */
  readonly byParser?: true;
}

const hook = '/v2/workspaces/acme/webhooks/x';
const claims = ({ ada }: Stage) => ({ sub: ada.id, prismeaiSessionId: ada.sessionId });
const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const in10s = () => Math.floor(Date.now() / 1000) + 10;

/** A token of our own making, as genuine as can be without the key. */
async function forged(
  stage: Stage,
  over: { header?: object; payload?: object; key?: Parameters<SignJWT['sign']>[0] } = {},
) {
  const kid = ((await stage.server.ask('/oidc/jwks')).body['keys'] as { kid: string }[])[0]?.kid;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return new SignJWT({ ...claims(stage), ...over.payload })
    .setProtectedHeader({ alg: 'RS256', kid, ...over.header } as { alg: string })
    .setIssuer('http://api.test')
    .setAudience('http://api.test/v2')
    .setExpirationTime('1h')
    .sign(over.key ?? privateKey);
}

const parts = (token: string) => token.split('.') as [string, string, string];
const me = ({ server }: Stage, token: string) => server.ask('/v2/me', { token });
const unauthenticated = { status: 401, error: 'AuthenticationError' };
const badRequest = { status: 400, error: 'RequestValidationError' };
const cookie = (token: string, more = '') => `access-token=${token}${more}`;
const TRUSTED = ['user-id', 'session-id', 'auth-data', 'role', 'workspace-id', 'caller-facts', 'client-id', 'anything'];
const csrfAsk = (
  { server, ada }: Stage,
  headers: { [name: string]: string } = {},
  path = '/v2/user',
  method = 'PATCH',
) => server.ask(path, { method, body: { firstName: 'Mallory' }, headers: { cookie: cookie(ada.token), ...headers } });
const account = (over: object) => ({
  email: 'x@example.org',
  password: 'correct horse',
  firstName: 'Xa',
  lastName: 'Yb',
  ...over,
});

const attacks: readonly Attack[] = [
  // Headers that only the platform may write.
  ...TRUSTED.map((name): Attack => ({
    name: `a forged x-prismeai-${name} over HTTP`,
    run: ({ server }) => server.ask(hook, { headers: { [`x-prismeai-${name}`]: 'forged-value' } }),
    expect: { status: 200 },
    unseen: /forged-value/,
  })),
  {
    name: 'forged headers in capitals and twice',
    run: ({ server }) =>
      server.raw(
        `GET ${hook} HTTP/1.1\r\nHost: x\r\nX-PrismeAI-User-Id: forged-value\r\nX-PRISMEAI-USER-ID: forged-value\r\nConnection: close\r\n\r\n`,
      ),
    expect: { status: 200 },
    unseen: /forged-value/,
  },
  {
    name: 'forged headers over a websocket',
    run: ({ server }) =>
      server.raw(
        `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Prismeai-User-Id: forged-value\r\nX-Prismeai-Role: forged-value\r\nX-Prismeai-Session-Id: forged-value\r\n\r\n`,
      ),
    expect: { status: 101 },
    unseen: /forged-value/,
  },
  {
    name: 'forged headers in the trailer of a chunked body',
    run: ({ server }) =>
      server.raw(
        `POST ${hook} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: x-prismeai-user-id\r\nConnection: close\r\n\r\n2\r\n{}\r\n0\r\nx-prismeai-user-id: forged-value\r\n\r\n`,
      ),
    expect: { status: 200 },
    unseen: /"x-prismeai-user-id":"forged-value"/,
  },
  {
    name: 'a forged role with a real session',
    run: ({ server, eve }) =>
      server.ask('/v2/contacts', { token: eve.token, body: {}, headers: { 'x-prismeai-role': 'superadmin' } }),
    expect: badRequest,
  },
  {
    name: 'a forged address in x-forwarded-for, before the real one',
    run: ({ server }) => server.ask(hook, { headers: { 'x-forwarded-for': '198.51.100.66, 203.0.113.7' } }),
    expect: { status: 200 },
    unseen: /198\.51\.100\.66/,
  },
  {
    name: 'a correlation id that breaks lines of logs',
    run: ({ server }) => server.ask(hook, { headers: { 'x-correlation-id': 'forged-value {"level":"error"}' } }),
    expect: { status: 200 },
    unseen: /forged-value/,
  },
  // Tokens.
  { name: 'a token signed with another key', run: async (s) => me(s, await forged(s)), expect: unauthenticated },
  {
    name: 'a token of an unknown key id',
    run: async (s) => me(s, await forged(s, { header: { kid: 'mine' } })),
    expect: { ...unauthenticated, message: 'Authentication token signed with an unknown key' },
  },
  {
    name: 'a token without a key id',
    run: async (s) => me(s, await forged(s, { header: { kid: undefined } })),
    expect: unauthenticated,
  },
  {
    name: 'a token without an algorithm',
    run: async (s) => {
      const [header] = parts(s.ada.token);
      const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
      return me(s, `${base64({ alg: 'none', kid })}.${parts(s.ada.token)[1]}.`);
    },
    expect: unauthenticated,
  },
  {
    name: 'a token signed with the public key as a shared secret',
    run: async (s) => {
      const [key] = (await s.server.ask('/oidc/jwks')).body['keys'] as { kid: string; n: string }[];
      const head = `${base64({ alg: 'HS256', kid: key?.kid })}.${base64({ ...claims(s), exp: in10s() })}`;
      return me(
        s,
        `${head}.${createHmac('sha256', key?.n ?? '')
          .update(head)
          .digest('base64url')}`,
      );
    },
    expect: unauthenticated,
  },
  {
    name: 'a token of another RSA algorithm',
    run: async (s) => me(s, await forged(s, { header: { alg: 'RS512' } })),
    expect: unauthenticated,
  },
  {
    name: 'a token that brings its own key',
    run: async (s) => {
      const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      return me(
        s,
        await forged(s, { header: { jwk: publicKey.export({ format: 'jwk' }), kid: undefined }, key: privateKey }),
      );
    },
    expect: unauthenticated,
  },
  {
    name: 'a token with a changed user',
    run: (s) => {
      const [header, payload, signature] = parts(s.eve.token);
      const changed = { ...(JSON.parse(Buffer.from(payload, 'base64url').toString()) as object), ...claims(s) };
      return me(s, `${header}.${base64(changed)}.${signature}`);
    },
    expect: unauthenticated,
  },
  {
    name: 'a token with a changed signature',
    run: (s) => me(s, s.ada.token.slice(0, -8) + 'AAAAAAAA'),
    expect: { ...unauthenticated, message: 'signature verification failed' },
  },
  {
    name: 'a token for another audience',
    run: async (s) => {
      const settings = { ...s.server.settings, audience: 'http://other/v2', longestMs: 1000 };
      const tokens = new SignedTokens(s.server.stores.signingKeys, settings);
      return me(s, await tokens.issue({ userId: s.ada.id, sessionId: s.ada.sessionId }, Date.now() + 10_000));
    },
    expect: { ...unauthenticated, message: 'unexpected "aud" claim value' },
  },
  {
    name: 'a token of another issuer',
    run: async (s) => {
      const settings = { ...s.server.settings, issuer: 'http://other', longestMs: 1000 };
      const tokens = new SignedTokens(s.server.stores.signingKeys, settings);
      return me(s, await tokens.issue({ userId: s.ada.id, sessionId: s.ada.sessionId }, Date.now() + 10_000));
    },
    expect: { ...unauthenticated, message: 'unexpected "iss" claim value' },
  },
  {
    name: 'an expired token',
    run: async (s) =>
      me(s, await s.server.tokens.issue({ userId: s.ada.id, sessionId: s.ada.sessionId }, Date.now() - 60_000)),
    expect: { ...unauthenticated, message: '"exp" claim timestamp check failed' },
  },
  {
    name: "a genuine token of one user with another one's session",
    run: async (s) =>
      me(s, await s.server.tokens.issue({ userId: s.eve.id, sessionId: s.ada.sessionId }, Date.now() + 10_000)),
    expect: unauthenticated,
  },
  {
    name: 'a session that was logged out',
    run: async (s) => {
      const token = (await s.server.logIn('eve@example.org')).body['token'] as string;
      await s.server.ask('/v2/logout', { method: 'POST', token });
      return me(s, token);
    },
    expect: { ...unauthenticated, message: 'Unauthenticated' },
  },
  {
    name: 'a session that was logged out, as a cookie',
    run: async (s) => {
      const token = (await s.server.logIn('eve@example.org')).body['token'] as string;
      await s.server.ask('/v2/logout', { method: 'POST', token });
      return s.server.ask('/v2/me', { headers: { cookie: cookie(token) } });
    },
    expect: { ...unauthenticated, message: 'Unauthenticated' },
  },
  {
    name: 'a revoked access token',
    run: async (s) => {
      const expiresAt = new Date(Date.now() + s.server.clock.offset + 60_000).toISOString();
      const { body } = await s.server.ask('/v2/user/accessTokens', {
        token: s.eve.token,
        body: { name: 'x', expiresAt },
      });
      await s.server.ask(`/v2/user/accessTokens/${body['id']}`, { method: 'DELETE', token: s.eve.token });
      return s.server.ask(hook, { token: body['token'] });
    },
    expect: { ...unauthenticated, message: 'Invalid access token' },
  },
  {
    name: 'a guessed access token',
    run: ({ server }) => server.ask(hook, { token: `at:${randomUUID()}` }),
    expect: { ...unauthenticated, message: 'Invalid access token' },
  },
  {
    name: 'a guessed owner token',
    run: (s) => me(s, `${OWNER_TOKEN}x`),
    expect: { ...unauthenticated, message: 'Malformed authentication token' },
  },
  {
    name: 'a session token in the header of access tokens',
    run: ({ server, ada }) => server.ask('/v2/me', { headers: { 'x-prismeai-token': ada.token } }),
    expect: { ...unauthenticated, message: 'No authentication token found' },
  },
  {
    name: 'a token of 10 kB',
    run: (s) => me(s, 'a'.repeat(10_000)),
    expect: unauthenticated,
  },
  // Pages of others, with our user's cookie.
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
  // Accounts.
  {
    name: 'enumeration: a login with an unknown address answers as with a wrong password',
    run: async ({ server }) => {
      const [known, unknown] = await Promise.all([
        server.logIn('ada@example.org', 'wrong horse'),
        server.logIn('nobody@example.org', 'wrong horse'),
      ]);
      expect([unknown.status, unknown.body]).toEqual([known.status, known.body]);
      return unknown;
    },
    expect: { ...unauthenticated, message: 'Incorrect email or password.' },
  },
  {
    name: 'enumeration: a new password for an unknown address answers as for a known one',
    run: async ({ server }) => {
      const ask = (email: string) => server.ask('/v2/user/password', { body: { email } });
      const [known, unknown] = await Promise.all([ask('ada@example.org'), ask('nobody@example.org')]);
      expect([unknown.status, unknown.body]).toEqual([known.status, known.body]);
      return unknown;
    },
    expect: { status: 200 },
  },
  {
    name: 'enumeration: contacts without an account',
    run: ({ server }) => server.ask('/v2/contacts', { body: { email: 'ada@example.org' } }),
    expect: unauthenticated,
  },
  {
    name: 'enumeration: contacts by a part of an address',
    run: ({ server, eve }) => server.ask('/v2/contacts', { token: eve.token, body: { firstName: 'A' } }),
    expect: badRequest,
  },
  {
    name: 'enumeration: the account of somebody else',
    run: ({ server, eve }) => server.ask(`/v2/users/${randomUUID()}`, { method: 'PATCH', token: eve.token, body: {} }),
    expect: { status: 403, error: 'ForbiddenError' },
  },
  {
    name: 'mass assignment: a role at sign-up',
    run: ({ server }) => server.ask('/v2/signup', { body: account({ platformRole: 'superadmin' }) }),
    expect: badRequest,
  },
  {
    name: 'mass assignment: an id at sign-up',
    run: ({ server }) => server.ask('/v2/signup', { body: account({ id: 'owner' }) }),
    expect: badRequest,
  },
  {
    name: 'mass assignment: provider data of oneself',
    run: ({ server, eve }) =>
      server.ask('/v2/user', { method: 'PATCH', token: eve.token, body: { authData: { prismeai: {} } } }),
    expect: { status: 403, error: 'ForbiddenError' },
  },
  {
    name: 'mass assignment: a role of oneself as a user among others',
    run: ({ server, eve }) =>
      server.ask(`/v2/users/${eve.id}`, { method: 'PATCH', token: eve.token, body: { platformRole: 'superadmin' } }),
    expect: { status: 403, error: 'ForbiddenError' },
  },
  {
    name: 'prototype pollution through a body',
    run: async ({ server, eve }) => {
      const body = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
      const answer = await server.ask('/v2/user/meta', { method: 'POST', token: eve.token, body });
      expect(({} as { polluted?: number }).polluted).toBeUndefined();
      return answer;
    },
    expect: { status: 200 },
  },
  {
    name: 'objects in place of texts at login',
    run: ({ server }) => server.ask('/v2/login', { body: { email: { $ne: null }, password: { $ne: null } } }),
    expect: badRequest,
  },
  {
    name: 'SQL in place of an address',
    run: ({ server }) => server.logIn(`ada@example.org' OR '1'='1`),
    expect: unauthenticated,
  },
  {
    name: 'a guessed token of a mail',
    run: ({ server }) => server.ask('/v2/user/password', { body: { token: 'guessed', password: 'another horse' } }),
    expect: { status: 400, error: 'InvalidOrExpiredToken' },
  },
  {
    name: 'a flood of guessed passwords',
    run: async ({ server }) => {
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, n) => server.logIn('target@example.org', `guess number ${n}`)),
      );
      expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
      return answers.find(({ status }) => status === 429) ?? { status: 0 };
    },
    expect: { status: 429, error: 'TooManyRequests' },
  },
  {
    name: 'a flood of guessed passwords, each with another spelling of the address',
    run: async ({ server }) => {
      const spellings = ['Prey@example.org', 'prey@EXAMPLE.org', ' prey@example.org', 'PREY@example.org '];
      const answers = await Promise.all(
        [...spellings, ...spellings].map((email, n) => server.logIn(email, `guess number ${n}`)),
      );
      return answers.find(({ status }) => status === 429) ?? { status: 0 };
    },
    expect: { status: 429, error: 'TooManyRequests' },
  },
  // Sizes and shapes.
  {
    name: 'a login of 100 kB',
    run: ({ server }) => server.ask('/v2/login', { body: { email: 'a'.repeat(100_000), password: 'x' } }),
    expect: { status: 413, error: 'PayloadTooLarge' },
  },
  {
    name: 'a password of 10 kB, that would take long to hash',
    run: ({ server }) => server.logIn('ada@example.org', 'x'.repeat(10_000)),
    expect: badRequest,
  },
  {
    name: 'a body that says to be larger than the gateway takes',
    run: ({ server }) =>
      server.raw(`POST ${hook} HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\nConnection: close\r\n\r\nx`),
    expect: { status: 413, error: 'PayloadTooLarge' },
  },
  {
    name: 'a chunked body of 2 MB for a login',
    run: ({ server }) =>
      server.raw([
        'POST /v2/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
        ...Array.from({ length: 32 }, () => `10000\r\n${'x'.repeat(65_536)}\r\n`),
        '0\r\n\r\n',
      ]),
    expect: { status: 413, error: 'PayloadTooLarge' },
  },
  {
    name: 'headers of 100 kB',
    run: ({ server }) => server.raw(`GET ${hook} HTTP/1.1\r\nHost: x\r\nX-Big: ${'x'.repeat(100_000)}\r\n\r\n`),
    byParser: true,
    expect: { status: 431 },
  },
  {
    name: 'malformed JSON',
    run: ({ server }) => server.ask('/v2/login', { body: '{"email":' }),
    expect: badRequest,
  },
  {
    name: 'JSON nested 10,000 deep',
    run: ({ server }) => server.ask('/v2/login', { body: `${'['.repeat(7_000)}${']'.repeat(7_000)}` }),
    expect: badRequest,
  },
  // Ways around the routes.
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

describe('attacks', () => {
  let stage: Stage;
  beforeAll(async () => {
    const server = await startIdentityServer({ limits: true });
    await server.signUp('target@example.org');
    const ada = await server.someone();
    stage = { server, ada, eve: await server.someone('eve@example.org') };
  });
  afterAll(() => stage.server.stop());

  it('are at least 35, each with a name of its own', () => {
    expect(attacks.length).toBeGreaterThanOrEqual(35);
    expect(new Set(attacks.map(({ name }) => name)).size).toBe(attacks.length);
  });

  it.each(attacks)('$name', async ({ run, expect: expected, unseen, byParser }) => {
    const { server } = stage;
    // A window of its own: a row before has counted, too.
    server.clock.offset += 61_000;
    const before = { lines: server.lines.length, seen: server.seen.length };
    const begun = Date.now();
    const [outcome, other] = await Promise.all([
      run(stage).then(toOutcome),
      server.ask('/v2/workspaces/acme/webhooks/fine'),
    ]);
    expect(Date.now() - begun).toBeLessThan(2_000);
    expect(outcome).toMatchObject(expected);
    expect(other.status).toBe(200);
    if (unseen) expect(JSON.stringify(server.seen.slice(before.seen))).not.toMatch(unseen);
    const logged = server.lines
      .slice(before.lines)
      .map(({ fields }) => (fields['http'] as { responseCode?: number })?.responseCode);
    if (!byParser) expect(logged).toContain(expected.status);
    expect(JSON.stringify(outcome)).not.toMatch(/node_modules|\.ts:|SQLITE|at Object/);
  });
});

function toOutcome(given: Answer | string | Outcome): Outcome {
  if (typeof given !== 'string') {
    if (!('body' in given)) return given;
    const { status, body } = given;
    return { status, error: body['error'], message: body['message'] };
  }
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(given)?.[1] ?? 0);
  const text = given.slice(given.indexOf('\r\n\r\n') + 4);
  const json = /\{.*\}/s.exec(text)?.[0];
  let body: { error?: string; message?: string } = {};
  try {
    body = JSON.parse(json ?? '{}') as typeof body;
  } catch {
    // More than one answer, or none of ours.
  }
  return { status, error: body.error, message: body.message };
}
