import { startIdentityServer, type IdentityServer } from '../../tests/support/identity-server';

jest.setTimeout(30_000); // Hashing is slow on purpose, and a busy machine is no failure.

let server: IdentityServer;
const start = async (...args: Parameters<typeof startIdentityServer>) => (server = await startIdentityServer(...args));
afterEach(() => server.stop());

const refusal = (status: number, error: string, message?: string) => ({
  status,
  body: { error, ...(message !== undefined && { message }) },
});

describe('sign-up', () => {
  it('opens an account, shows nothing that proves who it is, and logs nobody in', async () => {
    await start();
    const answer = await server.signUp('  Ada@Example.ORG ', { language: 'en' });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      ...{ email: 'ada@example.org', status: 'validated', validation: 'auto', language: 'en' },
      ...{ firstName: 'Ada', mfa: 'none', meta: {}, groups: [] },
      authData: { prismeai: { email: 'ada@example.org' } },
    });
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(JSON.stringify(answer.body)).not.toMatch(/argon|correct horse|passwordHash|token/);
    expect(server.events.map(({ type }) => type)).toEqual(['gateway.signup.succeeded']);
  });

  it('takes an address once, whatever its spelling: of many at once one wins', async () => {
    await start();
    const answers = await Promise.all(
      ['ada@example.org', 'ADA@example.org', ' ada@example.org '].map((e) => server.signUp(e)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400]);
    expect(answers.find(({ status }) => status === 400)).toMatchObject(
      refusal(400, 'AlreadyUsed', 'email already in use'),
    );
  });

  it.each([
    ['no email', { email: 'ada' }, 'InvalidEmail'],
    ['no domain', { email: 'ada@host' }, 'InvalidEmail'],
    ['two addresses', { email: 'a@example.org,b@example.org' }, 'InvalidEmail'],
    ['a line break in it', { email: 'a@example.org\nbcc: b@example.org' }, 'InvalidEmail'],
    ['a short password', { password: '1234567' }, 'InvalidPassword'],
    ['a password of 33 characters', { password: 'x'.repeat(33) }, 'InvalidPassword'],
    ['a name of one letter', { firstName: 'A' }, 'RequestValidationError'],
    ['markup in the name', { lastName: '<script>' }, 'RequestValidationError'],
    ['a language that is none', { language: 'e' }, 'RequestValidationError'],
    ['a field of its own', { platformRole: 'superadmin' }, 'RequestValidationError'],
    ['a status of its own', { status: 'validated' }, 'RequestValidationError'],
  ])('refuses %s', async (_, over, error) => {
    await start();
    expect(await server.signUp('ada@example.org', over)).toMatchObject(refusal(400, error));
  });

  it('takes the pattern of passwords from the settings', async () => {
    await start({ settings: { passwordPattern: /^\d{4}$/ } });
    expect(await server.signUp('a@example.org', { password: '12345' })).toMatchObject(refusal(400, 'InvalidPassword'));
    expect((await server.signUp('a@example.org', { password: '1234' })).status).toBe(200);
  });

  it('validates super admins at once, whatever the method', async () => {
    await start({ settings: { validation: 'manual' } });
    expect((await server.signUp('root@example.org')).body).toMatchObject({ status: 'validated', validation: 'auto' });
  });
});

describe('logging in and out', () => {
  it('answers the user with a token, and sets a cookie that scripts cannot read', async () => {
    await start();
    const { id } = await server.someone();
    const answer = await server.logIn(' ADA@example.org');
    expect(answer.body).toMatchObject({ id, email: 'ada@example.org', sessionId: expect.any(String) });
    const left = Date.parse(answer.body['expires']) - Date.now();
    expect(left).toBeGreaterThan(3_590_000);
    expect(left).toBeLessThanOrEqual(3_600_000);
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toContain(`access-token=${answer.body['token']};`);
    expect(cookie).toMatch(/HttpOnly; SameSite=Lax$/);
    expect(server.events.at(-1)).toMatchObject({
      type: 'gateway.login.succeeded',
      payload: { id, provider: 'prismeai' },
    });
    expect(JSON.stringify(server.events)).not.toContain(answer.body['token']);
  });

  it('sets cookies for other sites over TLS only, in production', async () => {
    await start({ settings: { secureCookies: true } });
    await server.signUp('ada@example.org');
    expect((await server.logIn('ada@example.org')).headers.get('set-cookie')).toMatch(
      /HttpOnly; Secure; SameSite=None$/,
    );
  });

  it.each([
    ['a wrong password', 'ada@example.org', 'wrong horse'],
    ['an unknown address', 'eve@example.org', 'correct horse'],
    ['an empty password', 'ada@example.org', ''],
  ])('refuses %s with the same words', async (_, email, password) => {
    await start();
    await server.signUp('ada@example.org');
    expect(await server.logIn(email, password)).toMatchObject(
      refusal(401, 'AuthenticationError', 'Incorrect email or password.'),
    );
    expect(server.events.at(-1)).toMatchObject({ type: 'gateway.login.failed', payload: { email } });
  });

  it('takes as long for an unknown address as for a wrong password', async () => {
    await start({ slowHashes: true });
    await server.signUp('ada@example.org');
    const times: { readonly [email: string]: number[] } = { 'ada@example.org': [], 'eve@example.org': [] };
    for (let lap = 0; lap < 9; lap++)
      for (const [email, taken] of Object.entries(times)) {
        const begun = performance.now();
        await server.logIn(email, 'wrong horse');
        taken.push(performance.now() - begun);
      }
    const [known = 0, unknown = 0] = Object.values(times).map((taken) => taken.sort((a, b) => a - b)[4] ?? 0);
    expect(unknown / known).toBeGreaterThan(0.6);
    expect(unknown / known).toBeLessThan(1.7);
  });

  it('says that an account waits to those only who know its password', async () => {
    await start({ settings: { validation: 'manual' } });
    await server.signUp('ada@example.org');
    expect(await server.logIn('ada@example.org', 'wrong horse')).toMatchObject(refusal(401, 'AuthenticationError'));
    expect(await server.logIn('ada@example.org')).toMatchObject(refusal(401, 'ManualValidateEmailError'));
  });

  it('ends every token of the session, and no other session', async () => {
    await start();
    const { token } = await server.someone();
    const other = (await server.logIn('ada@example.org')).body['token'];
    const left = await server.ask('/v2/logout', { method: 'POST', token });
    expect([left.status, left.body]).toEqual([200, {}]);
    expect(left.headers.get('set-cookie')).toMatch(/^access-token=; Path=\/; Expires=Thu, 01 Jan 1970/);
    expect(await server.ask('/v2/me', { token })).toMatchObject(refusal(401, 'AuthenticationError', 'Unauthenticated'));
    expect((await server.ask('/v2/me', { token: other })).status).toBe(200);
  });

  it('needs somebody to log out', async () => {
    await start();
    expect(await server.ask('/v2/logout', { method: 'POST' })).toMatchObject(refusal(401, 'AuthenticationError'));
  });

  it('ends by itself when its time is over', async () => {
    await start();
    const { token } = await server.someone();
    server.clock.offset = 3_600_001;
    expect(await server.ask('/v2/me', { token })).toMatchObject(
      refusal(401, 'AuthenticationError', '"exp" claim timestamp check failed'),
    );
  });

  it('gives strangers a user of their own, for as long as they ask', async () => {
    await start();
    const one = await server.ask('/v2/login/anonymous', { body: { expiresAfter: 60 } });
    const two = await server.ask('/v2/login/anonymous', { method: 'POST' });
    expect(one.body).toMatchObject({
      firstName: expect.stringMatching(/^anonymous-\d+-\d+$/),
      authData: { anonymous: {} },
    });
    expect(one.body['id']).not.toBe(two.body['id']);
    expect((await server.ask('/v2/me', { token: one.body['token'] })).body['id']).toBe(one.body['id']);
    server.clock.offset = 61_000;
    expect((await server.ask('/v2/me', { token: one.body['token'] })).status).toBe(401);
    expect((await server.ask('/v2/me', { token: two.body['token'] })).status).toBe(200);
    await server.stores.sweep();
    expect(await server.stores.users.find(one.body['id'])).toBeNull();
    expect(await server.ask('/v2/login/anonymous', { body: { expiresAfter: 0 } })).toMatchObject(
      refusal(400, 'RequestValidationError'),
    );
  });
});

describe('me', () => {
  it('tells user, session, and the CSRF token of the session, always the same', async () => {
    await start();
    const { id, token, sessionId } = await server.someone();
    const first = await server.ask('/v2/me', { token });
    expect(first.body).toMatchObject({ id, sessionId, expires: expect.any(String) });
    expect(first.headers.get('x-prismeai-session-id')).toBe(sessionId);
    const csrf = first.headers.get('x-prismeai-csrf-token');
    expect(csrf).toMatch(/^[\da-f-]{36}$/);
    expect((await server.ask('/v2/me', { token })).headers.get('x-prismeai-csrf-token')).toBe(csrf);
  });

  it('shows a platform role to super admins only', async () => {
    await start();
    const root = await server.someone('root@example.org');
    const ada = await server.someone();
    const path = `/v2/users/${ada.id}`;
    const changed = await server.ask(path, { method: 'PATCH', token: root.token, body: { platformRole: 'support' } });
    expect(changed.body['platformRole']).toBe('support');
    expect((await server.ask('/v2/me', { token: ada.token })).body['platformRole']).toBeUndefined();
  });
});

describe('rate limits', () => {
  it('count logins by address, right and wrong ones', async () => {
    await start({ limits: true });
    await server.signUp('ada@example.org');
    for (let n = 0; n < 5; n++) expect((await server.logIn('ada@example.org', 'wrong horse')).status).toBe(401);
    const refused = await server.logIn('ada@example.org');
    expect(refused).toMatchObject(refusal(429, 'TooManyRequests', 'Too many requests'));
    expect(refused.body['details'].retryAfter).toBeGreaterThan(0);
    expect(Number(refused.headers.get('retry-after'))).toBeCloseTo(refused.body['details'].retryAfter, 3);
    expect((await server.logIn('bob@example.org')).status).toBe(401);
    server.clock.offset = 60_001;
    const { status, headers } = await server.logIn('ada@example.org');
    expect([status, headers.get('x-ratelimit-limit'), headers.get('x-ratelimit-remaining')]).toEqual([200, '5', '4']);
  });

  it('count sign-ups, strangers and mails by public address', async () => {
    await start({ limits: true });
    const from = (ip: string) => ({ headers: { 'x-forwarded-for': ip } });
    const account = (email: string) => ({ email, password: 'correct horse', firstName: 'Ada', lastName: 'Lovelace' });
    const signUp = (email: string, ip: string) => server.ask('/v2/signup', { body: account(email), ...from(ip) });
    expect((await signUp('a@example.org', '203.0.113.1')).status).toBe(200);
    expect((await signUp('b@example.org', '203.0.113.1')).status).toBe(429);
    expect((await signUp('b@example.org', '203.0.113.2')).status).toBe(200);
    expect((await signUp('c@example.org', '10.0.0.1')).status).toBe(200);
    const reset = (ip: string) => server.ask('/v2/user/password', { body: { email: 'a@example.org' }, ...from(ip) });
    expect((await reset('203.0.113.1')).status).toBe(200);
    expect((await reset('203.0.113.1')).status).toBe(429);
    const stranger = () => server.ask('/v2/login/anonymous', { method: 'POST', ...from('203.0.113.9') });
    const statuses = [];
    for (let n = 0; n < 11; n++) statuses.push((await stranger()).status);
    expect(statuses).toEqual([...Array<number>(10).fill(200), 429]);
  });

  it('send no header while they are off', async () => {
    await start();
    expect((await server.logIn('ada@example.org')).headers.get('x-ratelimit-limit')).toBeNull();
  });
});
