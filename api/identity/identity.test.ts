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
    await start();
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

describe('links by mail', () => {
  it('validate an account, once, within the hour', async () => {
    await start({ settings: { validation: 'email' } });
    expect((await server.signUp('ada@example.org')).body).toMatchObject({ status: 'pending', validation: 'email' });
    expect(await server.logIn('ada@example.org')).toMatchObject(refusal(401, 'ValidateEmailError'));
    const token = await server.mailed();
    expect((await server.ask('/v2/user/validate', { body: { token } })).body).toEqual({ success: true });
    expect((await server.logIn('ada@example.org')).status).toBe(200);
    expect(await server.ask('/v2/user/validate', { body: { token } })).toMatchObject(
      refusal(400, 'InvalidOrExpiredToken'),
    );
    await server.signUp('late@example.org');
    const late = await server.mailed();
    server.clock.offset = 3_600_001;
    expect(await server.ask('/v2/user/validate', { body: { token: late } })).toMatchObject(
      refusal(400, 'InvalidOrExpiredToken'),
    );
    await server.ask('/v2/user/validate', { body: { email: 'late@example.org', language: 'fr' } });
    const again = await server.mailed();
    expect((await server.ask('/v2/user/validate', { body: { token: again } })).status).toBe(200);
  });

  it('set a new password, and end every session that was open', async () => {
    await start();
    const { token: old, id } = await server.someone();
    expect(await server.ask('/v2/user/password', { body: { email: 'Ada@example.org' } })).toMatchObject({
      status: 200,
      body: {},
    });
    const token = await server.mailed();
    expect(await server.ask('/v2/user/password', { body: { token, password: 'short' } })).toMatchObject(
      refusal(400, 'InvalidPassword'),
    );
    const set = await server.ask('/v2/user/password', { body: { token, password: 'another horse' } });
    expect([set.status, set.body['id']]).toEqual([200, id]);
    expect((await server.ask('/v2/me', { token: old })).status).toBe(401);
    expect((await server.logIn('ada@example.org')).status).toBe(401);
    expect((await server.logIn('ada@example.org', 'another horse')).status).toBe(200);
    expect(await server.ask('/v2/user/password', { body: { token, password: 'third horse' } })).toMatchObject(
      refusal(400, 'InvalidOrExpiredToken'),
    );
    expect(server.events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['gateway.passwordReset.requested', 'gateway.passwordReset.succeeded']),
    );
  });

  it('keep the one session that sets the password', async () => {
    await start();
    const { token: mine } = await server.someone();
    const other = (await server.logIn('ada@example.org')).body['token'];
    await server.ask('/v2/user/password', { body: { email: 'ada@example.org' } });
    const token = await server.mailed();
    await server.ask('/v2/user/password', { token: mine, body: { token, password: 'another horse' } });
    expect((await server.ask('/v2/me', { token: mine })).status).toBe(200);
    expect((await server.ask('/v2/me', { token: other })).status).toBe(401);
  });

  it('of one purpose do not serve another', async () => {
    await start({ settings: { validation: 'email' } });
    await server.signUp('ada@example.org');
    const token = await server.mailed();
    expect(await server.ask('/v2/user/password', { body: { token, password: 'another horse' } })).toMatchObject(
      refusal(400, 'InvalidOrExpiredToken'),
    );
  });

  it.each(['/v2/user/password', '/v2/user/validate'])(
    '%s answers the same for unknown addresses, and mails nobody',
    async (path) => {
      await start({ settings: { validation: 'email' } });
      await server.signUp('ada@example.org');
      await server.mailed();
      const [known, unknown] = [
        await server.ask(path, { body: { email: 'ada@example.org' } }),
        await server.ask(path, { body: { email: 'eve@example.org' } }),
      ];
      expect([unknown.status, unknown.body]).toEqual([known.status, known.body]);
      await server.mailed();
      expect(server.mails).toEqual([]);
    },
  );

  it.each(['/v2/user/password', '/v2/user/validate'])('%s wants an address or a token', async (path) => {
    await start();
    expect(await server.ask(path, { body: {} })).toMatchObject(refusal(400, 'RequestValidationError'));
  });

  it('that cannot be sent are logged, and fail nobody', async () => {
    await start({ mailFails: true });
    await server.someone();
    expect((await server.ask('/v2/user/password', { body: { email: 'ada@example.org' } })).status).toBe(200);
    for (let lap = 0; lap < 100 && !server.lines.some(({ message }) => /mail could not/.test(message)); lap++)
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(server.lines.find(({ message }) => /mail could not/.test(message))?.level).toBe('error');
  });

  it('do not bring a deactivated account back', async () => {
    await start();
    const { id } = await server.someone();
    await server.ask('/v2/user/password', { body: { email: 'ada@example.org' } });
    const token = await server.mailed();
    await server.stores.users.update(id, { set: { status: 'deactivated' } });
    expect(await server.ask('/v2/user/password', { body: { token, password: 'another horse' } })).toMatchObject(
      refusal(400, 'InvalidOrExpiredToken'),
    );
  });
});

describe('profiles', () => {
  it('are changed by their users, in what is theirs', async () => {
    await start();
    const { token } = await server.someone();
    const change = { firstName: 'Augusta', language: 'fr', meta: { a: 1 }, photo: 'https://example.org/ada.png' };
    expect((await server.ask('/v2/user', { method: 'PATCH', token, body: change })).body).toMatchObject(change);
    expect(server.events.at(-1)).toMatchObject({ type: 'gateway.users.updated', payload: { user: change } });
  });

  it.each(['id', 'email', 'status', 'platformRole', 'groups', 'authData', 'mfa', 'password', 'expiresAt', '__proto__'])(
    'refuse to set %s of oneself',
    async (field) => {
      await start();
      const { token } = await server.someone();
      const body = `{"${field}": {"x": 1}}`;
      expect(await server.ask('/v2/user', { method: 'PATCH', token, body })).toMatchObject(
        refusal(403, 'ForbiddenError', `Unauthorized update on '${field}' field`),
      );
    },
  );

  it.each(['javascript:alert(1)', 'file:///etc/passwd', 'nothing'])('refuse %s as a photo', async (photo) => {
    await start();
    const { token } = await server.someone();
    expect(await server.ask('/v2/user', { method: 'PATCH', token, body: { photo } })).toMatchObject(
      refusal(400, 'InvalidFile'),
    );
  });

  it('have a meta of keys', async () => {
    await start();
    const { token } = await server.someone();
    expect((await server.ask('/v2/user/meta', { token, body: { a: 1, b: { c: 2 } } })).body).toEqual({
      a: 1,
      b: { c: 2 },
    });
    expect((await server.ask('/v2/user/meta', { token, body: { b: 3 } })).body).toEqual({ a: 1, b: 3 });
    expect((await server.ask('/v2/user/meta/a', { method: 'DELETE', token })).body).toEqual({ b: 3 });
    const stranger = (await server.ask('/v2/login/anonymous', { method: 'POST' })).body['token'];
    expect((await server.ask('/v2/user/meta', { token: stranger, body: { a: 1 } })).status).toBe(401);
  });

  it('are deleted by a link, by nobody else', async () => {
    await start();
    const ada = await server.someone();
    const eve = await server.someone('eve@example.org');
    expect((await server.ask('/v2/user', { method: 'DELETE', token: ada.token })).body).toEqual({ success: true });
    const link = await server.mailed();
    const path = `/v2/users/${ada.id}`;
    for (const [token, query] of [
      [ada.token, ''],
      [ada.token, '?token=wrong'],
      [eve.token, `?token=${link}`],
    ])
      expect(await server.ask(`${path}${query}`, { method: 'DELETE', token })).toMatchObject(
        refusal(403, 'ForbiddenError'),
      );
    expect((await server.ask(`${path}?token=${link}`, { method: 'DELETE', token: ada.token })).body).toEqual({
      success: true,
    });
    expect((await server.ask('/v2/me', { token: ada.token })).status).toBe(401);
    expect((await server.logIn('ada@example.org')).status).toBe(401);
    expect((await server.signUp('ada@example.org')).status).toBe(200);
  });
});

describe('super admins', () => {
  it('validate, deactivate and delete accounts; who is deactivated is out at once', async () => {
    await start({ settings: { validation: 'manual' } });
    await server.signUp('root@example.org');
    const root = (await server.logIn('root@example.org')).body['token'];
    const { id } = (await server.signUp('ada@example.org')).body;
    const patch = (body: object) => server.ask(`/v2/users/${id}`, { method: 'PATCH', token: root, body });
    expect((await patch({ status: 'validated', groups: ['chefs'] })).body).toMatchObject({ groups: ['chefs'] });
    const { token } = (await server.logIn('ada@example.org')).body;
    const program = await server.ask('/v2/user/accessTokens', {
      token,
      body: { name: 'ci', expiresAt: new Date(Date.now() + 60_000).toISOString() },
    });
    await patch({ status: 'deactivated' });
    expect((await server.ask('/v2/me', { token })).status).toBe(401);
    expect((await server.ask('/v2/me', { token: program.body['token'] })).status).toBe(401);
    expect(await server.logIn('ada@example.org')).toMatchObject(
      refusal(401, 'AuthenticationError', 'Incorrect email or password.'),
    );
    await patch({ status: 'validated' });
    expect((await server.ask('/v2/me', { token })).status).toBe(401);
    expect((await server.ask(`/v2/users/${id}`, { method: 'DELETE', token: root })).status).toBe(200);
    expect((await server.ask(`/v2/users/${id}`, { method: 'DELETE', token: root })).status).toBe(404);
  });

  it('are none by their own word', async () => {
    await start();
    const ada = await server.someone();
    const eve = await server.someone('eve@example.org');
    const patch = (id: string, body: object) =>
      server.ask(`/v2/users/${id}`, { method: 'PATCH', token: eve.token, body });
    expect(await patch(ada.id, { firstName: 'Mine' })).toMatchObject(refusal(403, 'ForbiddenError'));
    expect(await patch(eve.id, { platformRole: 'superadmin' })).toMatchObject(refusal(403, 'ForbiddenError'));
    expect(await patch(eve.id, { status: 'validated' })).toMatchObject(refusal(403, 'ForbiddenError'));
    expect((await patch(eve.id, { firstName: 'Evelyn' })).body['firstName']).toBe('Evelyn');
  });
});

describe('contacts', () => {
  const find = (body: object, ask: object = {}) => server.ask('/v2/contacts', { body, ...ask });

  it('are found by id or by whole address, and show little', async () => {
    await start();
    const ada = await server.someone();
    const { token } = await server.someone('eve@example.org');
    const shown = { id: ada.id, firstName: 'Ada', lastName: 'Lovelace', groups: [] };
    expect((await find({ ids: [ada.id, 'x'] }, { token })).body).toEqual({ size: 1, contacts: [shown] });
    expect((await find({ email: 'ADA@example.org' }, { token })).body['contacts']).toEqual([shown]);
    expect((await find({ email: 'example' }, { token })).body['size']).toBe(0);
    expect(await find({}, { token })).toMatchObject(refusal(400, 'RequestValidationError'));
    expect(await find({ firstName: 'A' }, { token })).toMatchObject(refusal(400, 'RequestValidationError'));
  });

  it('are for people with an account, and for internal calls', async () => {
    await start();
    const ada = await server.someone();
    const stranger = (await server.ask('/v2/login/anonymous', { method: 'POST' })).body['token'];
    expect((await find({ ids: [ada.id] })).status).toBe(401);
    expect((await find({ ids: [ada.id] }, { token: stranger })).status).toBe(401);
    const withKey = (key: string) => find({ ids: [ada.id] }, { headers: { 'x-prismeai-api-key': key } });
    expect((await withKey('wrong')).status).toBe(401);
    expect((await withKey('internal-key-of-the-test')).body['contacts'][0]).toMatchObject({ email: 'ada@example.org' });
  });

  it('are searched by super admins by any part, page by page', async () => {
    await start();
    const root = await server.someone('root@example.org');
    for (const name of ['ann', 'bob', 'cid']) await server.signUp(`${name}@example.org`, { firstName: name });
    const { body } = await find({ email: 'EXAMPLE', status: 'valid' }, { token: root.token });
    expect(body['size']).toBe(4);
    const page = await server.ask('/v2/contacts?page=1&limit=2', { token: root.token, body: {} });
    expect(page.body['contacts'].map(({ firstName }: { firstName: string }) => firstName)).toEqual(['bob', 'cid']);
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
