import type { Handlers, Reply } from '../http/contract';
import { withoutQueryValues } from '../http/without-query-values';
import { accessTokenHandlers } from './access-tokens';
import { contactHandlers } from './contacts';
import type { IdentityDependencies, Tell } from './dependencies';
import { logInHandlers } from './log-in';
import { mailLinkHandlers } from './mail-links';
import { profileHandlers } from './profile';
import { providerLoginHandlers } from './provider-login';
import { secondFactorHandlers } from './second-factor';
import { signUpHandlers } from './sign-up';

/** Keyed by the operationId of `shared/contracts/openapi/identity.yaml`. */
export const createIdentityHandlers = (given: IdentityDependencies): Handlers => {
  const parts = { ...given, tell: withoutTokens(given.tell) };
  return {
    ...logInHandlers(parts),
    ...providerLoginHandlers(parts),
    ...signUpHandlers(parts),
    ...mailLinkHandlers(parts),
    ...profileHandlers(parts),
    ...contactHandlers(parts),
    ...accessTokenHandlers(parts),
    ...secondFactorHandlers(parts),
    getSigningKeys: async (): Promise<Reply> => ({
      headers: { 'cache-control': 'public, max-age=60' },
      body: parts.tokens.publicKeys(),
    }),
    getDiscovery: async (): Promise<Reply> => ({ body: discovery(parts.settings.issuer) }),
  };
};

/** Addresses here carry tokens of mails, and codes of login providers: events are kept. */
const withoutTokens =
  (tell: Tell): Tell =>
  (type, payload, { caller, http }) => {
    const { originalUrl } = http;
    const shown = typeof originalUrl === 'string' && { originalUrl: withoutQueryValues(originalUrl) };
    tell(type, payload, { caller, http: { ...http, ...shown } });
  };

/** As much of OpenID discovery as is needed to verify our tokens elsewhere. */
const discovery = (issuer: string) => ({
  issuer,
  jwks_uri: `${issuer}/oidc/jwks`,
  id_token_signing_alg_values_supported: ['RS256'],
  subject_types_supported: ['public'],
  response_types_supported: [],
});
