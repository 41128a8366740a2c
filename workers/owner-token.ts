import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The local owner's bearer token: made once, kept in the data folder, readable by its user only. */
export async function ownerToken(dataDir: string): Promise<string> {
  const file = join(dataDir, 'owner-token');
  const known = await readFile(file, 'utf8').catch(() => '');
  if (known.trim()) return known.trim();
  const token = randomBytes(24).toString('base64url');
  await writeFile(file, `${token}\n`, { mode: 0o600 });
  return token;
}
