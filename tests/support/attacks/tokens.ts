import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import { SignedTokens } from '../../../api/identity/signed-tokens';
import { OWNER_TOKEN } from '../identity-server';
import { hook, claims, base64, in10s, forged, parts, me, unauthenticated, cookie, type Attack } from './attack';

/** Tokens. */
export const tokens: readonly Attack[] = [
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
];
