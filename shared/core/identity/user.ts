import type { JsonObject } from '../json';

export type UserStatus = 'pending' | 'validated' | 'deactivated';

/** Somebody with an account. Passwords and the like are kept apart (`Credentials`): they never leave the service. */
export interface User {
  readonly id: string;
  /** Trimmed and in lower case; nobody else has it. Absent for anonymous users. */
  readonly email?: string;
  readonly status: UserStatus;
  readonly firstName: string;
  readonly lastName: string;
  readonly photo?: string;
  readonly language?: string;
  readonly mfa: 'none' | 'totp';
  readonly meta: JsonObject;
  readonly groups: readonly string[];
  /** Provider -> its claims; `{anonymous: {}}` for who has no account of their own. */
  readonly authData: JsonObject;
  /** Rights over the whole installation; shown to super admins only. */
  readonly platformRole?: string;
  /** Milliseconds. After it the account is removed: anonymous users. */
  readonly expiresAt?: number;
}

export const isAnonymous = ({ authData }: Pick<User, 'authData'>): boolean => Object.hasOwn(authData, 'anonymous');

/** One spelling for each address, so that two accounts cannot share it. */
export const normaliseEmail = (email: string): string => email.trim().toLowerCase();

/** As much of the form of an address as can be told without sending a mail to it. */
export function isEmail(email: string): boolean {
  if (email.length > 254 || !/^[^\s@<>(),;:"[\]\\]+@[^\s@<>(),;:"[\]\\]+$/.test(email)) return false;
  const at = email.lastIndexOf('@');
  const [local, domain] = [email.slice(0, at), email.slice(at + 1)];
  if (local.length > 64 || local.startsWith('.') || local.endsWith('.') || local.includes('..')) return false;
  const labels = domain.split('.');
  return labels.length > 1 && labels.every((label) => /^(?!-)[\p{L}\p{N}-]{1,63}(?<!-)$/u.test(label));
}

/** A user as callers see it. */
export const shownUser = (
  { expiresAt: _, platformRole, ...user }: User,
  viewer: { readonly isSuperAdmin: boolean },
): JsonObject =>
  ({ ...user, ...(viewer.isSuperAdmin && platformRole !== undefined && { platformRole }) }) as unknown as JsonObject;
