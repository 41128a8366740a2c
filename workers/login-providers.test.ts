import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json } from '../shared/core/json';
import { loginProviders, readEntry } from './login-providers';

const config = { client_id: 'c', issuer: 'https://login.example.org' };
const read = (over: { readonly [name: string]: Json }, entry: object = {}, name = 'corp') =>
  readEntry(name, { type: 'oidc', config: { ...config, ...over }, ...entry } as Json);

it('reads a provider with what it leaves out', () => {
  expect(read({})).toEqual({
    ...{ name: 'corp', clientId: 'c', issuer: 'https://login.example.org', emailsVerified: false },
    scopes: 'openid profile email',
    attributes: { email: 'email', firstName: 'given_name', lastName: 'family_name' },
  });
  const endpoints = {
    authorization_endpoint: 'https://login.example.org/a',
    token_endpoint: 'https://login.example.org/t',
    jwks_uri: 'https://login.example.org/j',
  };
  const whole = { ...endpoints, client_secret: 's', scopes: 'email, groups', token_endpoint_auth_method: 'none' };
  expect(read(whole, { attributesMapping: { email: 'upn' }, emailsVerified: true })).toMatchObject({
    ...{ endpoints, clientSecret: 's', scopes: 'openid email groups', tokenEndpointAuthMethod: 'none' },
    ...{ attributes: { email: 'upn', firstName: 'given_name' }, emailsVerified: true },
  });
  expect(read({ issuer: 'http://127.0.0.1:8080' })).toMatchObject({ issuer: 'http://127.0.0.1:8080' });
});

it.each([
  ['another name', read({}, {}, 'prismeai')],
  ['another name', read({}, {}, '__proto__')],
  ['no object', readEntry('corp', 'oidc')],
  ['type', read({}, { type: 'saml' })],
  ['client_id', read({ client_id: '' })],
  ['issuer', read({ issuer: '' })],
  ['config.issuer must be an https', read({ issuer: 'http://login.example.org' })],
  ['config.issuer must be an https', read({ issuer: 'nothing' })],
  ['all of', read({ token_endpoint: 'https://login.example.org/t' })],
  ['token_endpoint_auth_method', read({ token_endpoint_auth_method: 'private_key_jwt' })],
])('leaves one out and tells that it is about %s', (about, problem) => {
  expect(problem).toEqual(expect.stringContaining(about));
});

it('reads a file with values of the environment, warns of what it leaves out, and refuses what is no such file', () => {
  const dir = mkdtempSync(join(tmpdir(), 'ostinato-providers-'));
  const file = (text: string) => {
    const path = join(dir, 'providers.yml');
    writeFileSync(path, text);
    return { path, expand: (one: string) => one.replace('${ISSUER}', config.issuer) };
  };
  const warnings: string[] = [];
  const corp = 'corp: { type: oidc, config: { client_id: c, issuer: "${ISSUER}" } }';
  const found = loginProviders(file(`providers: { ${corp}, old: { type: saml } }`), (one) => void warnings.push(one));
  expect([...found.keys()]).toEqual(['corp']);
  expect(warnings).toEqual([expect.stringContaining('old is left out')]);
  const { expand } = file('');
  const warn = (): void => undefined;
  expect(loginProviders({ path: null, expand }, warn).size).toBe(0);
  expect(() => loginProviders(file('other: {}'), warn)).toThrow('no `providers`');
  expect(() => loginProviders(file('{'), warn)).toThrow('cannot be read');
  expect(() => loginProviders({ path: join(dir, 'nowhere.yml'), expand }, warn)).toThrow('cannot be read');
  rmSync(dir, { recursive: true });
});
