import type { User } from '../../core/identity/user';
import type { JsonObject } from '../../core/json';

/** What proves who a user is. Nobody is ever shown it. */
export interface Credentials {
  /** As the password hasher wrote it. */
  readonly passwordHash?: string;
  /** Base32. */
  readonly totpSecret?: string;
}

export interface UserChange {
  readonly set?: Partial<Omit<User, 'id' | 'email' | 'authData'>>;
  /** Keys merged, and keys removed, after `set`. */
  readonly meta?: { readonly set?: JsonObject; readonly remove?: readonly string[] };
  /** Providers merged: a provider's claims replace those it gave before. */
  readonly authData?: JsonObject;
  /** Null removes one. */
  readonly credentials?: { readonly [K in keyof Credentials]?: string | null };
}

/** What a contact is looked for by: all of what is given, texts as case-insensitive parts. */
export interface UserFilter {
  readonly ids?: readonly string[];
  readonly email?: string;
  readonly emailPart?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly authProvider?: string;
  readonly status?: string;
  readonly platformRole?: string;
  readonly groups?: readonly string[];
}

/** Accounts. @throws StorageUnavailable (retryable) */
export interface UserStore {
  /** False when the id or the email is taken: the store decides, so that of two at once one wins. */
  create(user: User, credentials?: Credentials): Promise<boolean>;
  find(id: string): Promise<User | null>;
  findByEmail(email: string): Promise<User | null>;
  /** By the `id` in the claims of a provider; that of a first one stays with its user. */
  findByProvider(provider: string, subject: string): Promise<User | null>;
  /** Empty for an unknown user. */
  credentialsOf(id: string): Promise<Credentials>;
  /** One atomic change; null when there is no such user. */
  update(id: string, change: UserChange): Promise<User | null>;
  /** Oldest first. `size` counts all that match. */
  search(
    filter: UserFilter,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<{ readonly users: readonly User[]; readonly size: number }>;
  delete(id: string): Promise<boolean>;
  /** Removes users whose time is over. @returns how many */
  sweep(): Promise<number>;
}
