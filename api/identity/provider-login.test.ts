import { createHmac } from 'node:crypto';
import { openIdProvider, type OpenIdProviderOptions } from '../../shared/drivers/login-providers/openid';
import { CLIENT, startOidcProvider, type OidcProvider } from '../../tests/support/oidc-provider';
import { startIdentityServer, type Answer, type IdentityServer } from '../../tests/support/identity-server';

jest.setTimeout(30_000); // Hashing is slow on purpose, and a busy machine is no failure.

const SECRET = 'secret-of-cookies';
const CALLBACK = 'http://api.test/v2/login/callback';
const ada = { sub: 'a-1', email: 'Ada@Example.org', email_verified: true, given_name: 'Ada', family_name: 'Lovelace' };

let provider: OidcProvider;
let server: IdentityServer;
beforeEach(async () => {
  provider = await startOidcProvider(CALLBACK);
  provider.control.person = ada;
});
afterEach(async () => {
  await server.stop();
  await provider.stop();
});

type ServerOptions = Parameters<typeof startIdentityServer>[0];

async function start(over: Partial<OpenIdProviderOptions> = {}, options: ServerOptions = {}): Promise<void> {
  const corp = openIdProvider({
    ...{ name: 'corp', issuer: provider.issuer, clientId: CLIENT.id, clientSecret: CLIENT.secret },
    ...{ scopes: 'openid profile email', emailsVerified: false },
    attributes: { email: 'email', firstName: 'given_name', lastName: 'family_name' },
    ...over,
  });
  server = await startIdentityServer({ providers: new Map([['corp', corp]]), cookieSecret: SECRET, ...options });
}

const cookieOf = (answer: Answer, name: string): string | undefined =>
  answer.headers
    .getSetCookie()
    .find((cookie) => cookie.startsWith(`${name}=`))
    ?.split(';')[0];

/** A browser that has been sent to the provider and is about to come back. */
async function toProvider(query = ''): Promise<{ readonly back: URL; readonly cookie: string }> {
  const started = await server.ask(`/v2/login?provider=corp${query}`);
  expect(started.status).toBe(302);
  const there = await fetch(started.headers.get('location') ?? '', { redirect: 'manual' });
  return { back: new URL(there.headers.get('location') ?? ''), cookie: cookieOf(started, 'connect.sid') ?? '' };
}

const comeBack = ({ back, cookie }: { readonly back: URL; readonly cookie: string }): Promise<Answer> =>
  server.ask(back.pathname + back.search, { headers: { cookie } });

const logIn = async (query = ''): Promise<Answer> => comeBack(await toProvider(query));

async function me(answer: Answer): Promise<Answer> {
  return server.ask('/v2/me', { headers: { cookie: cookieOf(answer, 'access-token') ?? '' } });
}

const refused = (message: RegExp) => ({
  status: 401,
  body: { error: 'AuthenticationError', message: expect.stringMatching(message) },
});

const accounts = async () => (await server.stores.users.search({}, { offset: 0, limit: 10 })).users;

describe('a login with a provider', () => {
  it('opens an account, and the browser comes to the console with a session', async () => {
    await start();
    const answer = await logIn();
    expect([answer.status, answer.headers.get('location')]).toEqual([302, 'http://console.test']);
    expect(answer.body).toEqual({});
    expect(cookieOf(answer, 'connect.sid')).toBe('connect.sid=');
    const { body } = await me(answer);
    expect(body).toMatchObject({
      ...{ email: 'ada@example.org', status: 'validated', firstName: 'Ada', lastName: 'Lovelace' },
      authData: { corp: { id: 'a-1', email: 'ada@example.org', given_name: 'Ada' } },
    });
    expect(Object.keys(body['authData'].corp)).not.toContain('nonce');
    expect(server.events.at(-1)).toMatchObject({
      type: 'gateway.login.succeeded',
      payload: { id: body['id'], provider: 'corp' },
    });
    expect(provider.control.scopes).toEqual(['openid profile email']);
  });

  it('finds the same account again, by the person there and not by the address', async () => {
    await start();
    const { id } = (await me(await logIn())).body as { id: string };
    provider.control.person = { ...ada, email: 'ada@elsewhere.org', email_verified: false, team: 'engines' };
    const again = (await me(await logIn())).body;
    expect([again['id'], again['email'], again['authData'].corp.team]).toEqual([id, 'ada@example.org', 'engines']);
    expect(await accounts()).toHaveLength(1);
  });

  it('asks where a person is described when the token does not', async () => {
    await start();
    provider.control.userinfo = { email: 'ada@example.org', email_verified: true };
    provider.control.person = { sub: 'a-1', given_name: 'Ada' };
    expect((await me(await logIn())).body).toMatchObject({ email: 'ada@example.org', firstName: 'Ada' });
    provider.control.userinfo = { sub: 'somebody else', email: 'eve@example.org', email_verified: true };
    provider.control.person = { sub: 'a-2' };
    expect(await logIn()).toMatchObject(refused(/has failed/));
  });

  it('needs no discovery where the endpoints are given, and no secret where there is none', async () => {
    const { issuer } = provider;
    await start({
      issuer,
      endpoints: {
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
      },
    });
    expect((await logIn()).status).toBe(302);
  });

  it('does not stand in for the second factor of an account', async () => {
    await start();
    const { id } = (await me(await logIn())).body as { id: string };
    await server.stores.users.update(id, { set: { mfa: 'totp' }, credentials: { totpSecret: 'JBSWY3DPEHPK3PXP' } });
    const cookie = cookieOf(await logIn(), 'access-token') ?? '';
    expect(await server.ask('/v2/user/accessTokens', { headers: { cookie } })).toMatchObject({
      status: 401,
      body: { error: 'MissingMFA' },
    });
  });

  it('of two at once opens one account', async () => {
    await start();
    const [one, two] = [await toProvider(), await toProvider()];
    expect((await Promise.all([comeBack(one), comeBack(two)])).map(({ status }) => status)).toEqual([302, 302]);
    expect(await accounts()).toHaveLength(1);
  });
});

describe('an account that is there already', () => {
  it('is linked by an address that the provider has verified, and keeps its password', async () => {
    await start();
    const { id } = await server.someone('ada@example.org');
    expect((await me(await logIn())).body).toMatchObject({ id, authData: { prismeai: { id }, corp: { id: 'a-1' } } });
    expect((await server.logIn('ada@example.org')).status).toBe(200);
  });

  it.each([
    ['not verified', { email_verified: false }],
    ['not said to be verified', { email_verified: undefined }],
    ['verified by a text', { email_verified: 'true' }],
  ])('is out of reach by an address that is %s', async (_, over) => {
    await start();
    await server.someone('ada@example.org');
    provider.control.person = { ...ada, ...over };
    expect(await logIn()).toMatchObject(refused(/has not verified/));
    expect((await accounts())[0]?.authData).not.toHaveProperty('corp');
  });

  it('is linked by an address of a provider that is said to prove all of them', async () => {
    await start({
      emailsVerified: true,
      attributes: { email: 'upn', firstName: 'given_name', lastName: 'family_name' },
    });
    const { id } = await server.someone('ada@example.org');
    provider.control.person = { sub: 'a-1', upn: 'ada@example.org', email: 'other@example.org', email_verified: true };
    expect((await me(await logIn())).body['id']).toBe(id);
  });

  it('is not linked by another claim than `email` because `email` is verified', async () => {
    await start({ attributes: { email: 'upn', firstName: 'given_name', lastName: 'family_name' } });
    provider.control.person = { ...ada, upn: 'root@example.org' };
    expect(await logIn()).toMatchObject(refused(/has not verified/));
  });

  it('is validated while it is pending, and a stranger who has opened it is out', async () => {
    await start({}, { settings: { validation: 'email' } });
    await server.signUp('ada@example.org');
    const { body } = await me(await logIn());
    expect(body['status']).toBe('validated');
    expect(await server.logIn('ada@example.org')).toMatchObject(refused(/Incorrect/));
  });

  it('stays deactivated', async () => {
    await start();
    const { id } = (await me(await logIn())).body as { id: string };
    await server.stores.users.update(id, { set: { status: 'deactivated' } });
    expect(await logIn()).toMatchObject(refused(/may not log in/));
    expect((await server.stores.users.find(id))?.status).toBe('deactivated');
  });

  it('is not given to whoever has its address there later', async () => {
    await start();
    await logIn();
    provider.control.person = { ...ada, sub: 'a-2' };
    expect(await logIn()).toMatchObject(refused(/somebody else/));
  });

  it('is another one when it was deleted', async () => {
    await start();
    const { id } = (await me(await logIn())).body as { id: string };
    await server.stores.users.delete(id);
    expect((await me(await logIn())).body['id']).not.toBe(id);
  });
});

describe('a login fails', () => {
  it.each([
    ['the provider refuses', () => (provider.control.error = 'access_denied'), /was refused: access_denied/],
    ['no address is told', () => (provider.control.person = { sub: 'a-1' }), /tells no email/],
    ['the token is of another key', () => (provider.control.spoiled = { signature: 'foreign' }), /has failed/],
    ['the token is not signed', () => (provider.control.spoiled = { signature: 'none' }), /has failed/],
    ['the token is for another client', () => (provider.control.spoiled = { claims: { aud: 'other' } }), /has failed/],
    [
      'the token is of another issuer',
      () => (provider.control.spoiled = { claims: { iss: 'http://x' } }),
      /has failed/,
    ],
    ['the token is of another login', () => (provider.control.spoiled = { claims: { nonce: 'other' } }), /has failed/],
    ['the token has expired', () => (provider.control.spoiled = { claims: { exp: 1 } }), /has failed/],
  ])('when %s', async (_, spoil, message) => {
    await start();
    spoil();
    const answer = await logIn();
    expect(answer).toMatchObject(refused(message));
    expect(cookieOf(answer, 'access-token')).toBeUndefined();
    expect(server.events).toMatchObject([
      { type: 'gateway.login.failed', payload: expect.objectContaining({ provider: 'corp' }) },
    ]);
    expect(await accounts()).toEqual([]);
  });

  it('without the cookie of the browser that has started it, and with a forged or old one', async () => {
    await start();
    const { back, cookie } = await toProvider();
    const [text = '', signature = ''] = cookie.replace('connect.sid=', '').split('.');
    const login = JSON.parse(Buffer.from(text, 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...login, returnTo: 'http://evil.test' })).toString('base64url');
    const other = createHmac('sha256', 'another secret').update(`connect.sid:${text}`).digest('base64url');
    for (const wrong of [
      '',
      'connect.sid=',
      `connect.sid=${text}`,
      `connect.sid=${forged}.${signature}`,
      `connect.sid=${text}.${other}`,
    ])
      expect(await comeBack({ back, cookie: wrong })).toMatchObject(refused(/not started/));
    server.clock.offset = 600_001;
    expect(await comeBack({ back, cookie })).toMatchObject(refused(/too long ago/));
    server.clock.offset = 0;
    expect((await comeBack({ back, cookie })).status).toBe(302);
  });

  it('with the answer to another login, and a second time', async () => {
    await start();
    const [mine, strangers] = [await toProvider(), await toProvider()];
    expect(await comeBack({ back: strangers.back, cookie: mine.cookie })).toMatchObject(refused(/has failed/));
    expect((await comeBack(mine)).status).toBe(302);
    expect(await comeBack(mine)).toMatchObject(refused(/invalid_grant/));
    // The state fits, but the code was made for the secrets of somebody else.
    const [next, stolen] = [await toProvider(), await toProvider()];
    next.back.searchParams.set('code', stolen.back.searchParams.get('code') ?? '');
    expect(await comeBack(next)).toMatchObject(refused(/invalid_grant/));
    expect(provider.control.refusals).toEqual(['invalid_grant', 'invalid_grant']);
  });

  it('with a client that the provider does not know', async () => {
    await start({ clientSecret: 'wrong' });
    expect(await logIn()).toMatchObject(refused(/invalid_client/));
  });

  it('with an unknown provider, and with one that is away', async () => {
    await start();
    const failed = (message: RegExp) => ({
      status: 500,
      body: { error: 'ConfigurationError', message: expect.stringMatching(message) },
    });
    expect(await server.ask('/v2/login?provider=nobody')).toMatchObject(failed(/Unknown login provider 'nobody'/));
    expect((await server.ask('/v2/login')).status).toBe(400);
    await server.stop();
    await start({ issuer: 'http://127.0.0.1:9' });
    expect(await server.ask('/v2/login?provider=corp')).toMatchObject(failed(/corp cannot be used now/));
  });
});

describe('where a browser goes after a login', () => {
  it.each([
    ['/runs?page=2', 'http://console.test/runs?page=2'],
    ['http://console.test/here', 'http://console.test/here'],
    ['http://shop.pages.test/cart', 'http://shop.pages.test/cart'],
  ])('is %s', async (asked, reached) => {
    await start();
    const answer = await logIn(`&returnTo=${encodeURIComponent(asked)}`);
    expect(answer.headers.get('location')).toBe(reached);
  });

  it.each([
    ...['http://evil.test', '//evil.test', '/\\evil.test', '\\\\evil.test', '/\t/evil.test', 'https:evil.test'],
    ...['http://console.test@evil.test', 'http://console.test.evil.test', 'http://pages.test', 'javascript:alert(1)'],
    ...['data:text/html,x', 'https://console.test', 'http://[', 'ftp://console.test'],
  ])('is never %j', async (asked) => {
    await start();
    const answer = await server.ask(`/v2/login?provider=corp&returnTo=${encodeURIComponent(asked)}`);
    expect(answer).toMatchObject({ status: 400, body: { error: 'RequestValidationError' } });
    expect(answer.headers.get('location')).toBeNull();
  });
});
