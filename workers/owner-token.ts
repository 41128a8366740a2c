import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The local owner's bearer token. */
export const ownerToken = (dataDir: string): Promise<string> => keptToken(dataDir, 'owner-token');

/** The key of internal calls, where INTERNAL_API_KEY gives none. */
export const internalKey = (dataDir: string): Promise<string> => keptToken(dataDir, 'internal-key');

/** Made once, kept in the data folder, readable by its user only. */
async function keptToken(dataDir: string, name: string): Promise<string> {
  const file = join(dataDir, name);
  const known = await readFile(file, 'utf8').catch(() => '');
  if (known.trim()) return known.trim();
  const token = randomBytes(24).toString('base64url');
  await writeFile(file, `${token}\n`, { mode: 0o600 });
  return token;
}
