import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Caller } from '../../../shared/ports/access';

/**
 * Ids of websockets that prove whose they are: after a restart, and in every process, a session may take its own back and
 * nobody else's, though nothing of it is stored.
 */
export interface SocketIds {
  mint(workspaceId: string, caller: Owner): string;
  /** Was this id given to this session (or, without one, this API key) in this workspace? */
  belongsTo(id: string, workspaceId: string, caller: Owner): boolean;
}

type Owner = Pick<Caller, 'userId' | 'sessionId' | 'apiKeyId'>;

export function createSocketIds(secret: Buffer): SocketIds {
  const key = createHmac('sha256', secret).update('socket ids').digest();
  const proof = (random: string, workspaceId: string, { userId, sessionId, apiKeyId }: Owner): string =>
    createHmac('sha256', key)
      // Who comes with a key alone has no session: then it is the key's.
      .update(JSON.stringify([random, workspaceId, sessionId ?? apiKeyId ?? null, userId ?? null]))
      .digest('base64url')
      .slice(0, 22);
  return {
    mint(workspaceId, caller) {
      const random = randomBytes(12).toString('base64url');
      return `${random}${proof(random, workspaceId, caller)}`;
    },
    belongsTo(id, workspaceId, caller) {
      const given = Buffer.from(id.slice(16));
      const wanted = Buffer.from(proof(id.slice(0, 16), workspaceId, caller));
      return given.length === wanted.length && timingSafeEqual(given, wanted);
    },
  };
}
