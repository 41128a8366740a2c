import { totpAt, totpStep } from './totp';
import { OWNER_TOKEN, startIdentityServer, type IdentityServer } from '../../tests/support/identity-server';
import { SignedTokens } from './signed-tokens';

jest.setTimeout(30_000); // Hashing is slow on purpose, and a busy machine is no failure.

let server: IdentityServer;
const start = async (...args: Parameters<typeof startIdentityServer>) => (server = await startIdentityServer(...args));
afterEach(() => server.stop());

const refusal = (status: number, error: string, message?: string) => ({
  status,
  body: { error, ...(message !== undefined && { message }) },
});

describe('access tokens', () => {
  const soon = () => new Date(Date.now() + 60_000).toISOString();

  it('are shown once, listed without their secret, and call the API until revoked', async () => {
    await start();
    const { id, token } = await server.someone();
    const expiresAt = soon();
    const made = await server.ask('/v2/user/accessTokens', { token, body: { name: 'ci', expiresAt } });
    expect(made.body).toEqual({
      id: expect.any(String),
      name: 'ci',
      userId: id,
      expiresAt,
      token: expect.stringMatching(/^at:[\da-f-]{36}$/),
    });
    const secret = made.body['token'] as string;
    const listed = await server.ask('/v2/user/accessTokens', { token });
    expect(listed.body).toEqual([{ id: made.body['id'], name: 'ci', userId: id, expiresAt }]);
    const me = await server.ask('/v2/me', { token: secret });
    expect([me.status, me.body['sessionId']]).toEqual([200, `at:${made.body['id']}`]);
    expect((await server.ask('/v2/me', { headers: { 'x-prismeai-token': secret } })).status).toBe(200);
    const deleted = await server.ask(`/v2/user/accessTokens/${secret}`, { method: 'DELETE', token });
    expect(deleted.body).toMatchObject({ id: made.body['id'] });
    expect(await server.ask('/v2/me', { token: secret })).toMatchObject(
      refusal(401, 'AuthenticationError', 'Invalid access token'),
    );
    expect(await server.ask(`/v2/user/accessTokens/${secret}`, { method: 'DELETE', token })).toMatchObject(
      refusal(404, 'NotFoundError'),
    );
  });

  it.each([
    ['/v2/login', { email: 'ada@example.org', password: 'correct horse' }],
    ['/v2/login/anonymous', {}],
    ['/v2/signup', { email: 'eve@example.org', password: 'correct horse', firstName: 'Eve', lastName: 'Moneypenny' }],
    ['/v2/user/password', { email: 'ada@example.org' }],
    ['/v2/user/validate', { email: 'ada@example.org' }],
    ['/v2/login?provider=corp', undefined],
  ])('make no sessions and accounts: %s', async (path, body) => {
    await start();
    const { token } = await server.someone();
    const made = await server.ask('/v2/user/accessTokens', { token, body: { name: 'ci', expiresAt: soon() } });
    expect(await server.ask(path, { token: made.body['token'], body })).toMatchObject(
      refusal(401, 'AuthenticationError', 'Calling this API with an access token is forbidden.'),
    );
  });

  it('can be deleted by their id, by their user only', async () => {
    await start();
    const { token } = await server.someone();
    const eve = await server.someone('eve@example.org');
    const { body } = await server.ask('/v2/user/accessTokens', { token, body: { name: 'ci', expiresAt: soon() } });
    const path = `/v2/user/accessTokens/${body['id']}`;
    expect((await server.ask(path, { method: 'DELETE', token: eve.token })).status).toBe(404);
    expect((await server.ask(path, { method: 'DELETE', token })).status).toBe(200);
  });

  it('expire, and then fail on every route', async () => {
    await start();
    const { token } = await server.someone();
    const { body } = await server.ask('/v2/user/accessTokens', { token, body: { name: 'ci', expiresAt: soon() } });
    server.clock.offset = 61_000;
    for (const path of ['/v2/me', '/v2/workspaces/acme/webhooks/x'])
      expect(await server.ask(path, { token: body['token'] })).toMatchObject(
        refusal(401, 'AuthenticationError', 'Expired access token'),
      );
  });

  it.each([
    ['the past', '2020-01-01T00:00:00Z'],
    ['no date', 'tomorrow'],
    ['a number', '99999999999999'],
  ])('refuse %s as their end', async (_, expiresAt) => {
    await start();
    const { token } = await server.someone();
    expect(await server.ask('/v2/user/accessTokens', { token, body: { name: 'ci', expiresAt } })).toMatchObject(
      refusal(400, 'RequestValidationError'),
    );
  });

  it.each([
    ['GET', '/v2/user/accessTokens'],
    ['POST', '/v2/user/accessTokens'],
    ['PATCH', '/v2/user'],
    ['DELETE', '/v2/user'],
    ['POST', '/v2/user/meta'],
    ['POST', '/v2/logout'],
  ])('may not call %s %s', async (method, path) => {
    await start();
    const { token } = await server.someone();
    const { body } = await server.ask('/v2/user/accessTokens', { token, body: { name: 'ci', expiresAt: soon() } });
    const given = { name: 'x', expiresAt: soon() };
    const bodyOf = method === 'GET' || path === '/v2/logout' ? {} : { body: path === '/v2/user' ? {} : given };
    expect(await server.ask(path, { method, token: body['token'], ...bodyOf })).toMatchObject(
      refusal(401, 'AuthenticationError', 'Calling this API with an access token is forbidden.'),
    );
  });
});

describe('second factors', () => {
  const setUp = (token: string, over: object = {}) =>
    server.ask('/v2/user/mfa', { token, body: { method: 'totp', currentPassword: 'correct horse', ...over } });
  const code = (secret: string, steps = 0) => totpAt(secret, totpStep(Date.now() + server.clock.offset) + steps);
  const show = (token: string, totp: string) => server.ask('/v2/login/mfa', { token, body: { totp } });

  it('are asked for in new sessions, and guard what guards the account', async () => {
    await start();
    const { token } = await server.someone();
    const before = (await server.logIn('ada@example.org')).body['token'];
    const { body } = await setUp(token);
    expect(body).toEqual({
      secret: expect.stringMatching(/^[A-Z2-7]{32}$/),
      qrImage: expect.stringMatching(/^data:image/),
    });
    expect((await server.ask('/v2/me', { token: before })).status).toBe(401);
    const login = await server.logIn('ada@example.org');
    expect(login.body['mfa']).toBe('totp');
    expect(JSON.stringify(login.body)).not.toContain(body['secret']);
    const fresh = login.body['token'] as string;
    expect(await setUp(fresh, { method: 'none' })).toMatchObject(refusal(401, 'MissingMFA'));
    expect(await show(fresh, '000000')).toMatchObject(refusal(401, 'AuthenticationError', 'Bad TOTP'));
    expect(server.events.at(-1)).toMatchObject({ type: 'gateway.mfa.failed', payload: { email: 'ada@example.org' } });
    const right = code(body['secret']);
    expect((await show(fresh, right)).body).toEqual({ success: true });
    expect(await show(fresh, right)).toMatchObject(refusal(401, 'AuthenticationError', 'Bad TOTP'));
    expect((await setUp(fresh, { method: 'none' })).body).toEqual({ method: '' });
    expect((await setUp((await server.logIn('ada@example.org')).body['token'], { method: 'none' })).status).toBe(200);
  });

  it('need the password, and to be set up', async () => {
    await start();
    const { token } = await server.someone();
    expect(await setUp(token, { currentPassword: 'wrong horse' })).toMatchObject(refusal(401, 'AuthenticationError'));
    expect(await setUp(token, { method: 'sms' })).toMatchObject(refusal(400, 'RequestValidationError'));
    expect(await show(token, '123456')).toMatchObject(refusal(404, 'NotFoundError'));
  });

  it('are not guessed by trying', async () => {
    await start({ limits: true });
    const { token } = await server.someone();
    await setUp(token);
    const answers = [];
    for (let n = 0; n < 6; n++) answers.push((await show(token, `00000${n}`)).status);
    expect(answers.at(-1)).toBe(429);
  });
});

describe('signing keys', () => {
  it('are public in their public part, and found by discovery', async () => {
    await start();
    const { body } = await server.ask('/oidc/jwks');
    expect(body['keys']).toHaveLength(1);
    expect(Object.keys(body['keys'][0]).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    expect((await server.ask('/oidc/.well-known/openid-configuration')).body).toMatchObject({
      issuer: 'http://api.test',
      jwks_uri: 'http://api.test/oidc/jwks',
    });
  });

  it('rotate: the old one verifies until its last token has expired', async () => {
    await start({ settings: { keys: { rotationMs: 1_800_000, sizeBits: 2048 } } });
    const { token } = await server.someone();
    expect(await server.tokens.rotate()).toEqual({ created: [], deleted: [] });
    server.clock.offset = 1_800_000;
    const { created } = await server.tokens.rotate();
    expect(created).toHaveLength(1);
    expect((await server.ask('/v2/me', { token })).status).toBe(200);
    const fresh = (await server.logIn('ada@example.org')).body['token'] as string;
    expect(JSON.parse(Buffer.from(fresh.split('.')[0] ?? '', 'base64url').toString())).toMatchObject({
      kid: created[0],
    });
    expect((await server.ask('/oidc/jwks')).body['keys']).toHaveLength(2);
    server.clock.offset = 1_800_000 + 3_600_000;
    expect((await server.tokens.rotate()).deleted).toHaveLength(1);
  });

  it('that another process has made are found', async () => {
    await start();
    const { id } = await server.someone();
    const other = new SignedTokens(
      server.stores.signingKeys,
      { ...server.settings, longestMs: 3_600_000 },
      () => Date.now() + 90_000_000,
    );
    await other.rotate();
    const sessionId = 'elsewhere';
    const time = Date.now();
    await server.stores.sessions.create({
      ...{ id: sessionId, userId: id, createdAt: time, expiresAt: time + 60_000, mfaValidated: true, csrfToken: 'c' },
    });
    const token = await other.issue({ userId: id, sessionId }, time + 60_000);
    server.clock.offset = 6_000; // Not at once again: unknown keys cost a look at the store.
    expect((await server.ask('/v2/me', { token })).body['sessionId']).toBe(sessionId);
  });
});

describe('tokens of the settings and of runs', () => {
  it('the owner is a super admin', async () => {
    await start();
    await server.stores.users.create({
      ...{ id: 'owner', email: 'owner@localhost', status: 'validated', firstName: 'Owner', lastName: '' },
      ...{ mfa: 'none', meta: {}, groups: [], authData: {}, platformRole: 'superadmin' },
    });
    expect((await server.ask('/v2/me', { token: OWNER_TOKEN })).body).toMatchObject({
      id: 'owner',
      platformRole: 'superadmin',
    });
  });

  it('a run acts for its session as long as it is open', async () => {
    await start();
    const { id, sessionId, token } = await server.someone();
    const claims = { userId: id, sessionId, workspaceId: 'acme', correlationId: 'chain-1' };
    const run = await server.tokens.issue(claims, Date.now() + 10_000);
    const answer = await server.ask('/v2/workspaces/acme/webhooks/x', { token: run });
    expect(answer.headers.get('x-correlation-id')).toBe('chain-1');
    expect(answer.body['headers']).toMatchObject({ 'x-prismeai-user-id': id, 'x-prismeai-workspace-id': 'acme' });
    await server.ask('/v2/logout', { method: 'POST', token });
    expect((await server.ask('/v2/me', { token: run })).status).toBe(401);
  });

  it('a run without a session is nobody, but says where it comes from', async () => {
    await start();
    const run = await server.tokens.issue({ workspaceId: 'acme', correlationId: 'chain-2' }, Date.now() + 10_000);
    const { body } = await server.ask('/v2/workspaces/other/webhooks/x', { token: run });
    expect(body['headers']).toMatchObject({ 'x-correlation-id': 'chain-2', 'x-prismeai-workspace-id': 'acme' });
    expect(body['headers']['x-prismeai-user-id']).toBeUndefined();
    expect(await server.ask('/v2/me', { token: run })).toMatchObject(
      refusal(401, 'AuthenticationError', 'Unauthenticated'),
    );
  });

  it('current() knows sessions and access tokens while they last', async () => {
    await start();
    const { id, sessionId, token } = await server.someone();
    expect(await server.judge.current({ userId: id, sessionId })).toMatchObject({
      userId: id,
      email: 'ada@example.org',
    });
    const made = await server.ask('/v2/user/accessTokens', {
      token,
      body: { name: 'ci', expiresAt: new Date(Date.now() + 60_000).toISOString() },
    });
    const program = { userId: id, sessionId: `at:${made.body['id']}` };
    expect(await server.judge.current(program)).toMatchObject({ userId: id });
    expect(await server.judge.current({ userId: 'other', sessionId })).toBeNull();
    expect(await server.judge.current({})).toBeNull();
    await server.stores.sessions.end(sessionId);
    await server.stores.accessTokens.deleteAllOf(id);
    expect(await server.judge.current({ userId: id, sessionId })).toBeNull();
    expect(await server.judge.current(program)).toBeNull();
    expect(await server.judge.current({ userId: 'owner', sessionId: 'owner' })).toMatchObject({ userId: 'owner' });
  });
});
