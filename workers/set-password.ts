/**
 * `npm run set-password [-- EMAIL]`: sets the password of an account anew, on the machine of the installation; the
 * owner's, unless an address is given. The password comes from the terminal or the standard input, never from the
 * command line, where others could read it. The product may run meanwhile; every session of the account ends.
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { assertPassword } from '../api/identity/sign-up';
import { isPlatformError } from '../shared/core/errors/errors';
import { normaliseEmail } from '../shared/core/identity/user';
import { openIdentityStores } from '../shared/drivers/identity-stores/sqlite';
import { argon2PasswordHasher } from '../shared/drivers/password-hasher/argon2';
import { readConfig } from './config';
import { OWNER_ID, OWNER_PASSWORD_FILE } from './owner-account';
import { messageOf } from './startup-error';

async function main(email: string | undefined): Promise<number> {
  const { dataDir, identity } = readConfig();
  if (!existsSync(join(dataDir, 'identity.db')))
    return say(`${dataDir} holds no accounts: start the product first, or name its folder with DATA_DIR.`);
  const stores = openIdentityStores(dataDir);
  try {
    const { users, sessions, oneTimeTokens } = stores;
    const user = await (email === undefined ? users.find(OWNER_ID) : users.findByEmail(normaliseEmail(email)));
    if (!user) return say(`There is no account ${email ?? 'of the owner'}.`);
    const password = await readPassword(`New password of ${user.email ?? user.id}: `);
    assertPassword(password, identity.passwordPattern);
    const passwordHash = await argon2PasswordHasher().hash(password);
    await users.update(user.id, { credentials: { passwordHash } });
    await sessions.endAllOf(user.id);
    await oneTimeTokens.deleteAllOf(user.id, 'password');
    if (user.id === OWNER_ID) rmSync(join(dataDir, OWNER_PASSWORD_FILE), { force: true });
    process.stdout.write(`The password of ${user.email ?? user.id} is set; its sessions have ended.\n`);
    return 0;
  } finally {
    await stores.close();
  }
}

/** The first line of what is typed or piped. What is typed does not show. */
async function readPassword(question: string): Promise<string> {
  const { isTTY } = process.stdin;
  if (isTTY) process.stderr.write(question);
  const hidden = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: hidden, terminal: isTTY });
  for await (const line of lines) {
    lines.close();
    if (isTTY) process.stderr.write('\n');
    return line;
  }
  return '';
}

function say(problem: string): number {
  process.stderr.write(`${problem}\n`);
  return 1;
}

main(process.argv[2]).then(
  (code) => void (process.exitCode = code),
  (error: unknown) => {
    const hint = isPlatformError(error) && error.code === 'InvalidPassword' ? `: ${JSON.stringify(error.details)}` : '';
    process.exitCode = say(`${messageOf(error)}${hint}`);
  },
);
