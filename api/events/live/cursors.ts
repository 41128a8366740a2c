import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

/**
 * Places in the log as clients may hold them: opaque, of one workspace, and of ours or none at all. A client that has seen
 * no event yet needs one to miss nothing.
 */
export interface Cursors {
  seal(workspaceId: string, position: string): string;
  /** Null when it is none, or another workspace's. */
  open(workspaceId: string, cursor: string): string | null;
}

/** Ids of events hold no dot. */
const PREFIX = 'c.';
const NONCE = 12;
const TAG = 16;

export function createCursors(secret: Buffer): Cursors {
  const key = createHmac('sha256', secret).update('event cursors').digest();
  return {
    seal(workspaceId, position) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(workspaceId));
      const sealed = Buffer.concat([nonce, cipher.update(position, 'utf8'), cipher.final()]);
      return `${PREFIX}${Buffer.concat([sealed, cipher.getAuthTag()]).toString('base64url')}`;
    },
    open(workspaceId, cursor) {
      if (!cursor.startsWith(PREFIX)) return null;
      const bytes = Buffer.from(cursor.slice(PREFIX.length), 'base64url');
      if (bytes.length <= NONCE + TAG) return null;
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE), { authTagLength: TAG });
      decipher.setAAD(Buffer.from(workspaceId)).setAuthTag(bytes.subarray(-TAG));
      try {
        return decipher.update(bytes.subarray(NONCE, -TAG), undefined, 'utf8') + decipher.final('utf8');
      } catch {
        return null; // Changed, or made elsewhere: an answer, no failure.
      }
    },
  };
}
