import { startIdentityServer, type IdentityServer } from '../../tests/support/identity-server';

jest.setTimeout(30_000); // Hashing is slow on purpose, and a busy machine is no failure.

let server: IdentityServer;
const start = async (...args: Parameters<typeof startIdentityServer>) => (server = await startIdentityServer(...args));
afterEach(() => server.stop());

const refusal = (status: number, error: string, message?: string) => ({
  status,
  body: { error, ...(message !== undefined && { message }) },
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

  it.each([
    ['en', 'CONSOLE_URL is not set'],
    ['fr', "CONSOLE_URL n'est pas défini"],
  ])('tell the request that does the same where no page would know them: %s', async (language, why) => {
    await start({ settings: { validation: 'email', hasConsole: false } });
    await server.signUp('ada@example.org', { language });
    const mail = async () => (await server.mailedText()).split('\n\n').slice(1);
    const [reason, command = ''] = await mail();
    expect(reason).toContain(why);
    const asked = /^curl (http:\/\/api\.test\/v2)(\S+) -H 'content-type: application\/json' -d '(.*)'$/m.exec(command);
    expect((await server.ask(`/v2${asked?.[2]}`, { body: asked?.[3] })).body).toEqual({ success: true });
    await server.ask('/v2/user/password', { body: { email: 'ada@example.org' } });
    expect((await mail())[1]).toMatch(/^curl \S+\/v2\/user\/password .* -d '\{"token":"[\w-]+","password":"\.\.\."\}'/);
    const { token, id } = (await server.logIn('ada@example.org')).body;
    await server.ask('/v2/user', { method: 'DELETE', token });
    expect((await mail())[1]).toContain(`curl -X DELETE 'http://api.test/v2/users/${id}?token=`);
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
    // The link has done its work; another one in its place would still be open.
    expect(server.events.at(-1)).toMatchObject({ type: 'gateway.users.deleted', url: `${path}?token=…` });
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
