import { readFileSync } from 'node:fs';
import type { ClientAuthMethod } from 'openid-client';
import { parse } from 'yaml';
import { openIdProvider, type OpenIdProviderOptions } from '../shared/drivers/login-providers/openid';
import { isObject, type Json, type JsonObject } from '../shared/core/json';
import type { LoginProvider, LoginProviders } from '../shared/ports/identity/login-provider';
import { messageOf, StartupError } from './startup-error';

export interface ProvidersFile {
  /** Null = no providers. */
  readonly path: string | null;
  /** Puts values of the environment into the text: secrets need not stand in it. */
  readonly expand: (text: string) => string;
}

/**
 * Login providers of AUTH_PROVIDERS_CONFIG_PATH. One that cannot be used is left out with a warning: people who log in
 * otherwise must not wait for it.
 * @throws StartupError when there is no such file, or it holds no providers
 */
export function loginProviders({ path, expand }: ProvidersFile, warn: (problem: string) => void): LoginProviders {
  const found = new Map<string, LoginProvider>();
  if (path === null) return found;
  for (const [name, entry] of Object.entries(entriesOf(path, expand))) {
    const options = readEntry(name, entry);
    if (typeof options === 'string') warn(`the login provider ${name} is left out: ${options}`);
    else found.set(name, openIdProvider(options));
  }
  return found;
}

function entriesOf(path: string, expand: (text: string) => string): JsonObject {
  const refused = (why: string): Error =>
    new StartupError(`The login providers in ${path} cannot be read: ${why}`, 'Correct AUTH_PROVIDERS_CONFIG_PATH.');
  let document: unknown;
  try {
    document = parse(expand(readFileSync(path, 'utf8')));
  } catch (error) {
    throw refused(messageOf(error));
  }
  const entries = isObject(document) ? document['providers'] : undefined;
  if (!isObject(entries)) throw refused('it has no `providers`.');
  return entries;
}

const ENDPOINTS = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const;
const AUTH_METHODS = ['client_secret_basic', 'client_secret_post', 'none'];
/** Of our own accounts. */
const TAKEN = ['prismeai', 'anonymous'];

/** @returns why it cannot be used, when it cannot */
export function readEntry(name: string, entry: Json | undefined): OpenIdProviderOptions | string {
  if (!/^[A-Za-z0-9][\w-]{0,59}$/.test(name) || TAKEN.includes(name)) return 'it needs another name';
  if (!isObject(entry)) return 'it is no object';
  if (entry['type'] !== 'oidc') return 'its type must be oidc; saml is not known yet';
  const config = isObject(entry['config']) ? entry['config'] : {};
  const text = (key: string): string | undefined => (typeof config[key] === 'string' ? config[key] : undefined);
  const [clientId, issuer, method] = [text('client_id'), text('issuer'), text('token_endpoint_auth_method')];
  if (!clientId) return 'config.client_id is missing';
  if (!issuer) return 'config.issuer is missing: without it nobody can tell whose tokens it takes';
  if (method !== undefined && !AUTH_METHODS.includes(method))
    return `config.token_endpoint_auth_method must be one of ${AUTH_METHODS.join(', ')}`;
  const given = ENDPOINTS.filter((key) => config[key] !== undefined);
  if (given.length > 0 && given.length < ENDPOINTS.length)
    return `config needs all of ${ENDPOINTS.join(', ')}, or none: then they are found at the issuer`;
  const unsafe = ['issuer', ...given].find((key) => !isSafe(text(key)));
  if (unsafe !== undefined) return `config.${unsafe} must be an https address`;
  const clientSecret = text('client_secret');
  return {
    ...{ name, clientId, issuer },
    ...(clientSecret !== undefined && { clientSecret }),
    ...(method !== undefined && { tokenEndpointAuthMethod: method as ClientAuthMethod }),
    ...(given.length > 0 && { endpoints: endpointsOf(config) }),
    scopes: scopesOf(config['scopes']),
    attributes: attributesOf(entry['attributesMapping']),
    emailsVerified: entry['emailsVerified'] === true,
  };
}

const endpointsOf = (config: JsonObject) => ({
  authorization_endpoint: String(config['authorization_endpoint']),
  token_endpoint: String(config['token_endpoint']),
  jwks_uri: String(config['jwks_uri']),
});

/** Keys and secrets go there: only this machine may be asked without TLS. */
function isSafe(address: string | undefined): boolean {
  if (address === undefined || !URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname));
}

/** `openid` makes it a login. */
function scopesOf(given: Json | undefined): string {
  const scopes = Array.isArray(given) ? given.map(String) : typeof given === 'string' ? given.split(/[\s,]+/) : [];
  return [...new Set(['openid', ...(scopes.length > 0 ? scopes : ['profile', 'email'])])].filter(Boolean).join(' ');
}

function attributesOf(given: Json | undefined): OpenIdProviderOptions['attributes'] {
  const mapping = isObject(given) ? given : {};
  const claim = (name: string, standard: string): string =>
    typeof mapping[name] === 'string' && mapping[name] !== '' ? mapping[name] : standard;
  return {
    email: claim('email', 'email'),
    firstName: claim('firstName', 'given_name'),
    lastName: claim('lastName', 'family_name'),
  };
}
