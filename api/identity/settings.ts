import type { User } from '../../shared/core/identity/user';

export interface IdentitySettings {
  /** `aud` of tokens (API_URL). */
  readonly audience: string;
  /** `iss` of tokens (OIDC_PROVIDER_URL). */
  readonly issuer: string;
  /** Where the links of mails lead (CONSOLE_URL), and where browsers come back to. */
  readonly consoleUrl: string;
  /** False: no page there knows these links. */
  readonly hasConsole: boolean;
  /** Is this the origin of a page that may act for its user? */
  readonly isKnownPage: (origin: string) => boolean;
  /** Of a session and of its token. */
  readonly sessionMs: number;
  /** Tells a page its CSRF token (CSRF_TOKEN_HEADER). */
  readonly csrfTokenHeader: string;
  /** Cookies for pages of other sites, over TLS only. */
  readonly secureCookies: boolean;
  /** ACCOUNT_VALIDATION_METHOD */
  readonly validation: 'email' | 'manual' | 'auto';
  /** PASSWORD_VALIDATION_REGEXP */
  readonly passwordPattern: RegExp;
  readonly superAdminEmails: ReadonlySet<string>;
  /** Of internal calls. */
  readonly internalApiKey: string;
  readonly keys: { readonly rotationMs: number; readonly sizeBits: number };
  /** In a minute: logins of one address, mails for a new password to one client. */
  readonly limits: { readonly login: number; readonly passwordReset: number };
}

export const SUPER_ADMIN = 'superadmin';

/** What a user may do in the whole installation: by its account, or by the settings. */
export const platformRoleOf = (
  { email, platformRole }: User,
  { superAdminEmails }: Pick<IdentitySettings, 'superAdminEmails'>,
): string | undefined => (email !== undefined && superAdminEmails.has(email) ? SUPER_ADMIN : platformRole);

/** What a token of a session may be used for; a token of an app may have fewer. */
export const ALL_SCOPES: readonly string[] = [
  ...['workspaces:write', 'workspaces:read', 'events:write', 'events:read'],
  ...['webhooks', 'pages:read', 'files:write', 'files:read'],
];
export const LINK_MS = 3_600_000;
