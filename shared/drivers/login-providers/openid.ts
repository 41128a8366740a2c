import { errors, generators, Issuer, type Client, type ClientAuthMethod, type IdTokenClaims } from 'openid-client';
import { fail } from '../../core/errors/errors';
import { normaliseEmail } from '../../core/identity/user';
import type { JsonObject } from '../../core/json';
import type { LoginProvider, ProviderProfile } from '../../ports/identity/login-provider';

export interface OpenIdProviderOptions {
  readonly name: string;
  /** `iss` of its tokens. */
  readonly issuer: string;
  /** Absent: found by discovery at the issuer. */
  readonly endpoints?: {
    readonly authorization_endpoint: string;
    readonly token_endpoint: string;
    readonly jwks_uri: string;
  };
  readonly clientId: string;
  /** Absent: a public client; PKCE alone protects the code. */
  readonly clientSecret?: string;
  readonly tokenEndpointAuthMethod?: ClientAuthMethod;
  readonly scopes: string;
  /** Names of claims. */
  readonly attributes: { readonly email: string; readonly firstName: string; readonly lastName: string };
  /** Every address that it tells is proved, also where it does not say so. */
  readonly emailsVerified: boolean;
}

/** OpenID Connect: authorization code with PKCE, state and nonce; the library checks what is signed. */
export function openIdProvider(options: OpenIdProviderOptions): LoginProvider {
  let found: Promise<Client> | undefined;
  const client = (): Promise<Client> =>
    (found ??= createClient(options).catch((error: unknown) => {
      // It may be there at the next login.
      found = undefined;
      throw toFailure(options.name, error);
    }));
  return {
    newSecrets: () => ({
      state: generators.state(),
      nonce: generators.nonce(),
      codeVerifier: generators.codeVerifier(),
    }),
    async addressOf({ state, nonce, codeVerifier }, redirectUri) {
      return (await client()).authorizationUrl({
        ...{ scope: options.scopes, redirect_uri: redirectUri, response_type: 'code', state, nonce },
        code_challenge: generators.codeChallenge(codeVerifier),
        code_challenge_method: 'S256',
      });
    },
    async finish(answer, { state, nonce, codeVerifier }, redirectUri) {
      const ready = await client();
      try {
        const checks = { state, nonce, code_verifier: codeVerifier, response_type: 'code' };
        const tokens = await ready.callback(redirectUri, answer, checks);
        const claims = tokens.claims();
        // Some tell of a person only who shows the access token; the library compares the subjects.
        const isThin = claims[options.attributes.email] === undefined && ready.issuer.metadata.userinfo_endpoint;
        return profileOf(isThin ? { ...(await ready.userinfo(tokens)), ...claims } : claims, options);
      } catch (error) {
        throw toFailure(options.name, error);
      }
    },
  };
}

async function createClient({ issuer, endpoints, ...options }: OpenIdProviderOptions): Promise<Client> {
  const known = endpoints ? new Issuer({ issuer, ...endpoints }) : await Issuer.discover(issuer);
  if (known.metadata.issuer !== issuer) throw new Error(`its discovery names another issuer, ${known.metadata.issuer}`);
  const { clientId, clientSecret, tokenEndpointAuthMethod } = options;
  return new known.Client({
    client_id: clientId,
    ...(clientSecret !== undefined && { client_secret: clientSecret }),
    token_endpoint_auth_method:
      tokenEndpointAuthMethod ?? (clientSecret === undefined ? 'none' : 'client_secret_basic'),
    response_types: ['code'],
  });
}

/** Of the protocol, not of the person. */
const TECHNICAL = new Set([
  ...['iss', 'aud', 'azp', 'exp', 'iat', 'nbf', 'nonce', 'jti', 'sid', 'typ'],
  ...['at_hash', 'c_hash', 's_hash', 'auth_time', 'acr', 'amr'],
]);

function profileOf(claims: IdTokenClaims, { attributes, emailsVerified }: OpenIdProviderOptions): ProviderProfile {
  const text = (name: string): string | undefined => {
    const value = claims[name];
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  };
  const [email, firstName, lastName] = [text(attributes.email), text(attributes.firstName), text(attributes.lastName)];
  const told = Object.entries(claims).filter(([name]) => !TECHNICAL.has(name));
  return {
    subject: claims.sub,
    ...(email !== undefined && { email: normaliseEmail(email) }),
    // `email_verified` speaks of `email`, of no other claim.
    emailVerified: emailsVerified || (attributes.email === 'email' && claims.email_verified === true),
    ...(firstName !== undefined && { firstName }),
    ...(lastName !== undefined && { lastName }),
    claims: Object.fromEntries(told) as JsonObject,
  };
}

/** What the provider has said, or what is wrong with what it said, is a login that failed; all else is our settings. */
function toFailure(name: string, cause: unknown): Error {
  const { OPError, RPError } = errors;
  if (cause instanceof OPError && /^[\w.-]{1,60}$/.test(cause.error ?? ''))
    return fail('AuthenticationError', `The login with ${name} was refused: ${cause.error}`, {}, { cause });
  if (cause instanceof OPError || cause instanceof RPError)
    return fail('AuthenticationError', `The login with ${name} has failed`, {}, { cause });
  return fail('ConfigurationError', `The login provider ${name} cannot be used now`, { provider: name }, { cause });
}
