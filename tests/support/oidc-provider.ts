/** An OpenID provider on 127.0.0.1, small but honest: codes serve once, PKCE and clients are checked, tokens are signed. */
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type GenerateKeyPairResult } from 'jose';

export type OidcProvider = Awaited<ReturnType<typeof startOidcProvider>>;

export const CLIENT = { id: 'ostinato', secret: 'secret-of-the-client' };

interface Code {
  readonly redirectUri: string;
  readonly challenge: string;
  readonly nonce: string;
}

/** How a token is spoiled: other claims, a key that nobody has published, or no signature at all. */
export interface Spoiled {
  readonly claims?: { readonly [name: string]: unknown };
  readonly signature?: 'foreign' | 'none';
}

/** Made once: it takes longer than most tests. */
let keys: Promise<readonly [own: GenerateKeyPairResult, foreign: GenerateKeyPairResult]> | undefined;

export async function startOidcProvider(redirectUri: string) {
  const [own, foreign] = await (keys ??= Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')]));
  const jwk = { ...(await exportJWK(own.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
  const codes = new Map<string, Code>();
  const control = {
    /** Who is logged in there. */
    person: {} as { readonly [claim: string]: unknown },
    /** Claims that are told at the userinfo endpoint only. */
    userinfo: undefined as { readonly [claim: string]: unknown } | undefined,
    spoiled: {} as Spoiled,
    /** What it answers instead of a code. */
    error: undefined as string | undefined,
    /** Requests for tokens that it has refused, with the reason. */
    refusals: [] as string[],
    scopes: [] as string[],
  };
  let issuer = '';

  const idToken = async (nonce: string): Promise<string> => {
    const claims = {
      ...{ iss: issuer, aud: CLIENT.id, nonce, ...control.person },
      ...{ iat: seconds(), exp: seconds() + 300 },
      ...control.spoiled.claims,
    };
    if (control.spoiled.signature === 'none') return new UnsecuredJWT(claims).encode();
    const { privateKey } = control.spoiled.signature === 'foreign' ? foreign : own;
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k1' }).sign(privateKey);
  };

  const authorize = (query: URLSearchParams, response: ServerResponse): void => {
    const state = query.get('state') ?? '';
    control.scopes.push(query.get('scope') ?? '');
    const isAsked =
      query.get('client_id') === CLIENT.id &&
      query.get('redirect_uri') === redirectUri &&
      query.get('response_type') === 'code' &&
      query.get('code_challenge_method') === 'S256' &&
      query.get('scope')?.split(' ').includes('openid');
    if (!isAsked) return void response.writeHead(400).end('no such client');
    const back = new URL(redirectUri);
    back.searchParams.set('state', state);
    back.searchParams.set('iss', issuer);
    if (control.error === undefined) {
      const code = randomUUID();
      const [challenge, nonce] = [query.get('code_challenge') ?? '', query.get('nonce') ?? ''];
      codes.set(code, { redirectUri, challenge, nonce });
      back.searchParams.set('code', code);
    } else back.searchParams.set('error', control.error);
    response.writeHead(302, { location: back.href }).end();
  };

  const token = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const form = new URLSearchParams(await textOf(request));
    const code = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const basic = `Basic ${Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString('base64')}`;
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const why =
      request.headers.authorization !== basic
        ? 'invalid_client'
        : code === undefined || code.redirectUri !== form.get('redirect_uri') || code.challenge !== challenge
          ? 'invalid_grant'
          : undefined;
    if (why !== undefined || code === undefined) {
      control.refusals.push(why ?? '');
      return json(response, 400, { error: why });
    }
    json(response, 200, {
      ...{ access_token: 'access', token_type: 'Bearer', expires_in: 300 },
      id_token: await idToken(code.nonce),
    });
  };

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', issuer);
    if (pathname === '/authorize') return authorize(searchParams, response);
    if (pathname === '/token') return void token(request, response);
    if (pathname === '/jwks') return json(response, 200, { keys: [jwk] });
    if (pathname === '/userinfo') return json(response, 200, { ...control.person, ...control.userinfo });
    if (pathname !== '/.well-known/openid-configuration') return json(response, 404, {});
    json(response, 200, {
      issuer,
      ...{
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
      },
      ...(control.userinfo && { userinfo_endpoint: `${issuer}/userinfo` }),
      ...{ response_types_supported: ['code'], subject_types_supported: ['public'] },
      id_token_signing_alg_values_supported: ['RS256'],
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...{ issuer, control },
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

const seconds = () => Math.floor(Date.now() / 1000);

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
