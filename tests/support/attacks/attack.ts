import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Answer, IdentityServer } from '../identity-server';

export interface Stage {
  readonly server: IdentityServer;
  /** Who is attacked: logged in, and known by email. */
  readonly ada: { readonly id: string; readonly token: string; readonly sessionId: string };
  /** Who attacks: has an account too. */
  readonly eve: { readonly id: string; readonly token: string };
}

export interface Outcome {
  readonly status: number;
  readonly error?: string;
  readonly message?: string;
}

export interface Attack {
  readonly name: string;
  readonly run: (stage: Stage) => Promise<Answer | string | Outcome>;
  readonly expect: Outcome;
  /** What a service behind must not have been told. */
  readonly unseen?: RegExp;
  /** Refused by the parser of Node.js, before there is a request that could be logged. */
  readonly byParser?: true;
}

export const hook = '/v2/workspaces/acme/webhooks/x';
export const claims = ({ ada }: Stage) => ({ sub: ada.id, prismeaiSessionId: ada.sessionId });
export const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
export const in10s = () => Math.floor(Date.now() / 1000) + 10;

/** A token of our own making, as genuine as can be without the key. */
export async function forged(
  stage: Stage,
  over: { header?: object; payload?: object; key?: Parameters<SignJWT['sign']>[0] } = {},
) {
  const kid = ((await stage.server.ask('/oidc/jwks')).body['keys'] as { kid: string }[])[0]?.kid;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return new SignJWT({ ...claims(stage), ...over.payload })
    .setProtectedHeader({ alg: 'RS256', kid, ...over.header } as { alg: string })
    .setIssuer('http://api.test')
    .setAudience('http://api.test/v2')
    .setExpirationTime('1h')
    .sign(over.key ?? privateKey);
}

export const parts = (token: string) => token.split('.') as [string, string, string];
export const me = ({ server }: Stage, token: string) => server.ask('/v2/me', { token });
export const unauthenticated = { status: 401, error: 'AuthenticationError' };
export const badRequest = { status: 400, error: 'RequestValidationError' };
export const cookie = (token: string, more = '') => `access-token=${token}${more}`;
export const TRUSTED = [
  'user-id',
  'session-id',
  'auth-data',
  'role',
  'workspace-id',
  'caller-facts',
  'client-id',
  'anything',
];
export const csrfAsk = (
  { server, ada }: Stage,
  headers: { [name: string]: string } = {},
  path = '/v2/user',
  method = 'PATCH',
) => server.ask(path, { method, body: { firstName: 'Mallory' }, headers: { cookie: cookie(ada.token), ...headers } });
export const account = (over: object) => ({
  email: 'x@example.org',
  password: 'correct horse',
  firstName: 'Xa',
  lastName: 'Yb',
  ...over,
});
