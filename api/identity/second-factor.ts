import qrcode from 'qrcode-generator';
import { fail } from '../../shared/core/errors/errors';
import type { IdentityDependencies } from './dependencies';
import { newTotpSecret, stepOf } from './totp';
import { forUsers, type UserRequest } from './who-asks';

const MINUTE_MS = 60_000;
const NONE = { method: '' };

/** A second factor beside the password: codes of an app on the user's phone. */
export const secondFactorHandlers = (parts: IdentityDependencies) => {
  // A code that has served is not taken again: whoever looked over the shoulder comes too late.
  const served = new Map<string, number>();
  return {
    setUpMfa: forUsers(
      parts,
      async (request) => {
        const { method, currentPassword } = request.body as {
          readonly method: string;
          readonly currentPassword: string;
        };
        await assertPasswordOf(parts, request, currentPassword);
        return { headers: { 'cache-control': 'no-store' }, body: await change(parts, request, method === 'totp') };
      },
      { anonymous: false },
    ),

    showMfa: forUsers(parts, async (request) => {
      const { users, sessions, limiter, tell, settings, now = Date.now } = parts;
      const { user, sessionId, caller } = request;
      const headers = await limiter({ name: 'mfa', windowMs: MINUTE_MS, limit: settings.limits.login }, user.id);
      const { totpSecret } = await users.credentialsOf(user.id);
      if (user.mfa !== 'totp' || totpSecret === undefined) throw fail('NotFoundError', 'No MFA is configured');
      const step = stepOf(totpSecret, (request.body as { readonly totp: string }).totp, now());
      if (step === null || step <= (served.get(user.id) ?? -1)) {
        const { ip } = caller;
        tell('gateway.mfa.failed', { email: user.email ?? '', ...(ip !== undefined && { ip }) }, request);
        throw fail('AuthenticationError', 'Bad TOTP');
      }
      served.set(user.id, step);
      await sessions.validateMfa(sessionId);
      return { headers, body: { success: true } };
    }),
  };
};

/** Whoever has found an open session must not change who can open the next one. @throws AuthenticationError */
async function assertPasswordOf(parts: IdentityDependencies, { user }: UserRequest, password: string): Promise<void> {
  const { users, hasher, limiter, settings } = parts;
  await limiter({ name: 'mfa', windowMs: MINUTE_MS, limit: settings.limits.login }, user.id);
  const { passwordHash } = await users.credentialsOf(user.id);
  if (!(await hasher.verify(password, passwordHash))) throw fail('AuthenticationError', 'Incorrect password.');
}

async function change(
  { users, sessions, settings }: IdentityDependencies,
  { user, sessionId }: UserRequest,
  on: boolean,
) {
  if (!on) {
    await users.update(user.id, { set: { mfa: 'none' }, credentials: { totpSecret: null } });
    return NONE;
  }
  const secret = newTotpSecret();
  await users.update(user.id, { set: { mfa: 'totp' }, credentials: { totpSecret: secret } });
  // The others were opened with the password alone.
  await sessions.endAllOf(user.id, sessionId);
  const issuer = new URL(settings.issuer).hostname;
  const account = encodeURIComponent(`${issuer}:${user.email ?? user.id}`);
  const image = qrcode(0, 'M');
  image.addData(`otpauth://totp/${account}?secret=${secret}&issuer=${encodeURIComponent(issuer)}`);
  image.make();
  return { secret, qrImage: image.createDataURL(4) };
}
