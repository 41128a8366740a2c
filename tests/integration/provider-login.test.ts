/** Logging in with an account of another service, through the whole product and over its restart. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { CLIENT, startOidcProvider, type OidcProvider } from '../support/oidc-provider';
import { startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';

jest.setTimeout(120_000);

const who = `
name: Who
when: { endpoint: true }
do: []
output: { id: '{{user.id}}', team: '{{user.authData.corp.team}}' }
`;
const folder = servedFolder({ acme: { who } });
const dir = mkdtempSync(join(tmpdir(), 'ostinato-providers-'));
let provider: OidcProvider;
let product: Product;

beforeAll(async () => {
  provider = await startOidcProvider('http://api.test/v2/login/callback');
  provider.control.person = { sub: 'a-1', email: 'ada@example.org', email_verified: true, team: 'engines' };
  const corp = `{ type: oidc, config: { issuer: '${provider.issuer}', client_id: ${CLIENT.id}, client_secret: '\${CORP_SECRET}' } }`;
  writeFileSync(join(dir, 'providers.yml'), `providers: { corp: ${corp}, old: { type: saml } }`);
  product = await startProduct(folder.path, {
    ...{ API_URL: 'http://api.test/v2', CONSOLE_URL: 'http://console.test' },
    ...{ AUTH_PROVIDERS_CONFIG_PATH: join(dir, 'providers.yml'), CORP_SECRET: CLIENT.secret },
    SESSION_COOKIES_SIGN_SECRET: 'a secret that survives a restart',
  });
});
afterAll(async () => {
  await product?.stop();
  await provider?.stop();
  folder.remove();
  rmSync(dir, { recursive: true, force: true });
});

const get = (path: string, cookie = '') => fetch(product.url + path, { headers: { cookie }, redirect: 'manual' });
const cookieOf = (response: Response, name: string) =>
  response.headers
    .getSetCookie()
    .find((cookie) => cookie.startsWith(`${name}=`))
    ?.split(';')[0] ?? '';

it('leaves out what it cannot use, and says so', () => {
  expect(product.output()).toContain('the login provider old is left out');
  expect(product.output()).not.toContain(CLIENT.secret);
});

it('brings a browser back with a session, whose claims automations see, though the product was restarted between', async () => {
  // It is told to come again while the provider has not described itself in time: on a busy machine that may be once.
  const started = await eventually('the browser is sent there', async () => {
    const answer = await get('/v2/login?provider=corp&returnTo=/runs');
    return answer.status === 302 && answer;
  });
  const there = await fetch(started.headers.get('location') ?? '', { redirect: 'manual' });
  const back = new URL(there.headers.get('location') ?? '');
  await product.restart();
  const answer = await get(back.pathname + back.search, cookieOf(started, 'connect.sid'));
  expect([answer.status, answer.headers.get('location')]).toEqual([302, 'http://console.test/runs']);
  const cookie = cookieOf(answer, 'access-token');
  const { id, email } = (await (await get('/v2/me', cookie)).json()) as { id: string; email: string };
  expect(email).toBe('ada@example.org');
  expect(await (await get('/v2/workspaces/acme/webhooks/who', cookie)).json()).toEqual({ id, team: 'engines' });
});
