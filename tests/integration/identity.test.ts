/** Accounts and the door of the whole product, as its owner and others meet them. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { runEmbedded, startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';

jest.setTimeout(120_000);

const who = `
name: Who
when: { endpoint: true }
do:
  - emit: { event: asked }
output: { user: '{{user.id}}', email: '{{user.email}}', headers: '{{headers}}' }
`;
const folder = servedFolder({ acme: { who } });
afterAll(() => folder.remove());

let product: Product;
beforeAll(async () => {
  product = await startProduct(folder.path, { ACCOUNT_VALIDATION_METHOD: 'auto' });
});
afterAll(() => product?.stop());

interface Answer {
  readonly status: number;
  readonly body: any; // eslint-disable-line @typescript-eslint/no-explicit-any
}

async function ask(
  path: string,
  options: { token?: string; body?: object; headers?: object; method?: string } = {},
): Promise<Answer> {
  const { token, body, headers, method } = options;
  const response = await fetch(product.url + path, {
    method: method ?? (body ? 'POST' : 'GET'),
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json().catch(() => null) };
}

const USAGE = `/v2/workspaces/acme/usage?afterDate=${new Date(Date.now() - 3_600_000).toISOString()}&beforeDate=${new Date(Date.now() + 3_600_000).toISOString()}`;
const passwordFile = () => join(product.dataDir, 'owner-password');
const logIn = (email: string, password: string) => ask('/v2/login', { body: { email, password } });
const ownerPassword = () => readFileSync(passwordFile(), 'utf8').trim();

function setPassword(input: string, ...args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [join(__dirname, '../../dist/workers/set-password.js'), ...args], {
    env: { PATH: process.env['PATH'], DATA_DIR: product.dataDir },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => void (output += String(chunk)));
  child.stdin.end(input);
  return new Promise((resolve) => child.once('exit', (code) => resolve({ code, output })));
}

describe('the owner', () => {
  it('is told at the first start how to log in, and the log does not tell the password', () => {
    expect(product.output()).toContain(`owner@localhost, password in ${passwordFile()}`);
    expect(product.output()).toContain(`curl -X POST ${product.url.replace('127.0.0.1', 'localhost')}/v2/login`);
    expect(product.output()).not.toContain(ownerPassword());
    expect(statSync(passwordFile()).mode & 0o777).toBe(0o600);
  });

  it('owns every workspace of the folder, by session as by the token of the settings', async () => {
    await product.workspace('acme').call('who');
    const { body } = await logIn('owner@localhost', ownerPassword());
    expect(body.id).toBe('owner');
    const usage = await ask(USAGE, { token: body.token });
    expect(usage.status).toBe(200);
    expect((await ask(USAGE)).status).toBe(403);
    expect((await ask('/v2/me', { token: 'owner-of-the-tests' })).body).toMatchObject({
      id: 'owner',
      platformRole: 'superadmin',
    });
  });

  it('sets the password anew while the product runs; sessions end, and the file goes', async () => {
    const { token } = (await logIn('owner@localhost', ownerPassword())).body;
    expect(await setPassword('short\n')).toMatchObject({ code: 1, output: expect.stringContaining('password') });
    expect((await ask('/v2/me', { token })).status).toBe(200);
    expect(await setPassword('a new password\n')).toMatchObject({ code: 0 });
    expect((await ask('/v2/me', { token })).status).toBe(401);
    expect(existsSync(passwordFile())).toBe(false);
    expect((await logIn('owner@localhost', 'a new password')).status).toBe(200);
    expect(await setPassword('another one\n', 'nobody@example.org')).toMatchObject({ code: 1 });
  });
});

it('the key of internal calls that the first start makes finds everybody', async () => {
  const key = readFileSync(join(product.dataDir, 'internal-key'), 'utf8').trim();
  const find = (given: string) =>
    ask('/v2/contacts', { body: { firstName: 'own' }, headers: { 'x-prismeai-api-key': given } });
  expect((await find(key)).body).toMatchObject({ contacts: [{ id: 'owner', email: 'owner@localhost' }] });
  expect((await find(`${key}x`)).status).toBe(401);
});

describe('people', () => {
  const ada = { email: 'ada@example.org', password: 'correct horse', firstName: 'Ada', lastName: 'Lovelace' };

  it('sign up, log in, are known to automations, and stay so over a restart, until they log out', async () => {
    expect((await ask('/v2/signup', { body: ada })).body).toMatchObject({ status: 'validated' });
    const { body } = await logIn(ada.email, ada.password);
    const hook = '/v2/workspaces/acme/webhooks/who';
    const called = await ask(hook, { token: body.token, body: {} });
    expect(called.body).toMatchObject({ user: body.id, email: ada.email });
    expect(called.body.headers.authorization).toBeUndefined();
    await product.kill9();
    await product.restart();
    expect((await ask('/v2/me', { token: body.token })).body.id).toBe(body.id);
    await ask('/v2/logout', { method: 'POST', token: body.token });
    await product.kill9();
    await product.restart();
    expect((await ask('/v2/me', { token: body.token })).status).toBe(401);
    expect((await ask(hook, { token: body.token, body: {} })).body.user).not.toBe(body.id);
  });

  it('are nobody but themselves, whatever their headers say', async () => {
    const headers = {
      'x-prismeai-user-id': 'owner',
      'x-prismeai-session-id': 'owner',
      'x-prismeai-role': 'superadmin',
    };
    expect((await ask('/v2/workspaces/acme/webhooks/who', { headers, body: {} })).body.user).not.toBe('owner');
    expect((await ask(USAGE, { headers })).status).toBe(403);
    expect((await ask('/v2/me', { headers })).status).toBe(401);
  });

  it('leave events of what they do, that no workspace can read', async () => {
    expect((await ask('/v2/workspaces/:platform/events', { token: 'owner-of-the-tests' })).status).toBe(404);
    expect((await ask('/v2/workspaces/%3Aplatform/events', { token: 'owner-of-the-tests' })).status).toBe(404);
  });
});

describe('production', () => {
  const start = async (settings: { [name: string]: string }) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'ostinato-production-'));
    const result = await runEmbedded(folder.path, {
      DATA_DIR: dataDir,
      NODE_ENV: 'production',
      GATEWAY_PORT: '0',
      ...settings,
    });
    rmSync(dataDir, { recursive: true, force: true });
    return result;
  };

  it('does not start without secrets of its own, and names them', async () => {
    const { code, output } = await start({});
    expect(code).toBe(1);
    expect(output).toContain('SESSION_COOKIES_SIGN_SECRET, INTERNAL_API_KEY');
    const short = await start({ SESSION_COOKIES_SIGN_SECRET: 'x'.repeat(32), INTERNAL_API_KEY: 'short' });
    expect(short.code).toBe(1);
    expect(short.output).toMatch(/more: INTERNAL_API_KEY\./);
  });

  it('does not start with a configuration of the gateway that makes no sense', async () => {
    const { code, output } = await start({
      ...{ SESSION_COOKIES_SIGN_SECRET: 'x'.repeat(32), INTERNAL_API_KEY: 'y'.repeat(32) },
      GATEWAY_CONFIG_PATH: join(__dirname, '../../package.json'),
    });
    expect(code).toBe(1);
    expect(output).toMatch(/endpoints are missing[^]*GATEWAY_CONFIG_PATH/);
  });
});
