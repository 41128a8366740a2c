import { createHmac, timingSafeEqual } from 'node:crypto';
import type { LoginSecrets } from '../../shared/ports/identity/login-provider';
import { cookieIn } from '../http/cookies';
import type { IdentitySettings } from './settings';

/** A login that was started and has not come back yet. */
export interface StartedLogin extends LoginSecrets {
  readonly provider: string;
  readonly returnTo: string;
  /** Milliseconds. */
  readonly expiresAt: number;
}

export const LOGIN_COOKIE = 'connect.sid';
export const LOGIN_MS = 600_000;

/** One for all providers: which one it is stands in the cookie, where no provider can write. */
export const redirectUri = ({ audience }: Pick<IdentitySettings, 'audience'>): string =>
  `${audience.replace(/\/$/, '')}/login/callback`;

/** Only the callback is sent it. A redirect from the provider's page is a visit, so `Lax` lets it through. */
export const loginCookie = (
  value: string,
  expiresAt: number,
  settings: Pick<IdentitySettings, 'secureCookies' | 'audience'>,
): string =>
  [
    `${LOGIN_COOKIE}=${value}`,
    `Path=${new URL(redirectUri(settings)).pathname}`,
    `Expires=${new Date(expiresAt).toUTCString()}`,
    ...['HttpOnly', 'SameSite=Lax'],
    ...(settings.secureCookies ? ['Secure'] : []),
  ].join('; ');

/** The login as the browser keeps it: it can be read there, but not made or changed. */
export function sealLogin(login: StartedLogin, secret: string): string {
  const text = Buffer.from(JSON.stringify(login)).toString('base64url');
  return `${text}.${signatureOf(text, secret).toString('base64url')}`;
}

/** @returns null for one that is missing, forged, of another secret, or too old */
export function openLogin(cookies: string | undefined, secret: string, now: number): StartedLogin | null {
  const value = cookieIn(cookies, LOGIN_COOKIE);
  const [text = '', signature = ''] = value?.split('.') ?? [];
  const [given, expected] = [Buffer.from(signature, 'base64url'), signatureOf(text, secret)];
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const login = JSON.parse(Buffer.from(text, 'base64url').toString()) as StartedLogin;
  return login.expiresAt > now ? login : null;
}

/** The name of what is signed stands in it: a signature of ours for something else is none of this. */
const signatureOf = (text: string, secret: string): Buffer =>
  createHmac('sha256', secret).update(`${LOGIN_COOKIE}:${text}`).digest();
