import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SUPER_ADMIN } from '../api/identity/settings';
import type { PasswordHasher } from '../shared/ports/identity/password-hasher';
import type { UserStore } from '../shared/ports/identity/user-store';
import type { Config } from './config';
import { StartupError } from './startup-error';

export const OWNER_ID = 'owner';
/** Holds the password that was made at the first start, until another one is set. */
export const OWNER_PASSWORD_FILE = 'owner-password';

export interface OwnerAccount {
  readonly email: string;
  /** Given at the first start only. */
  readonly password?: string;
}

/** The account of who owns the installation: made at the first start, with a password that nobody knows yet. */
export async function createOwnerAccount(
  { users, hasher }: { readonly users: UserStore; readonly hasher: PasswordHasher },
  { dataDir, identity }: Pick<Config, 'dataDir' | 'identity'>,
): Promise<OwnerAccount> {
  const known = await users.find(OWNER_ID);
  const email = identity.ownerEmail;
  if (known) return { email: known.email ?? email };
  const password = randomBytes(15).toString('base64url');
  const passwordHash = await hasher.hash(password);
  // First: an account whose password is in no file could not be used.
  await writeFile(join(dataDir, OWNER_PASSWORD_FILE), `${password}\n`, { mode: 0o600 });
  const made = await users.create(
    {
      ...{ id: OWNER_ID, email, status: 'validated', firstName: 'Owner', lastName: '' },
      ...{ mfa: 'none', meta: {}, groups: [], platformRole: SUPER_ADMIN },
      authData: { prismeai: { id: OWNER_ID, email } },
    },
    { passwordHash },
  );
  if (made) return { email, password };
  throw new StartupError(
    `The account of the owner cannot be made: ${email} belongs to another account.`,
    'Give the owner another address with OSTINATO_OWNER_EMAIL.',
  );
}

/** How to log in, for whoever starts the product. */
export function describeLogin(
  { email, password }: OwnerAccount,
  { api, dataDir, showSecrets }: { readonly api: string; readonly dataDir: string; readonly showSecrets: boolean },
): readonly string[] {
  if (password === undefined) return [`Owner        ${email} (npm run set-password sets the password anew)`];
  const file = join(dataDir, OWNER_PASSWORD_FILE);
  const shown = showSecrets ? password : `$(cat ${file})`;
  return [
    `Owner        ${email}, password ${showSecrets ? password : `in ${file}`}`,
    `Log in       curl -X POST ${api}/v2/login -H 'content-type: application/json' -d "{\\"email\\":\\"${email}\\",\\"password\\":\\"${shown}\\"}"`,
  ];
}
