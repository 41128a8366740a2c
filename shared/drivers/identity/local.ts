import { createHash, timingSafeEqual } from 'node:crypto';
import type { Identity, KnownCaller } from '../../ports/access';

export interface LocalUser {
  readonly token: string;
  readonly caller: KnownCaller;
}

/** The owner of a local installation and the users that its settings name; nobody else. */
export function localIdentity(options: {
  readonly ownerToken: string;
  readonly users?: readonly LocalUser[];
}): Pick<Identity, 'authenticate'> {
  const owner: KnownCaller = { userId: 'owner', sessionId: 'owner', authData: {} };
  const known = [{ token: options.ownerToken, caller: owner }, ...(options.users ?? [])]
    .filter(({ token }) => token !== '')
    .map(({ token, caller }) => ({ hash: hashOf(token), caller }));
  return {
    async authenticate(token) {
      const hash = hashOf(token);
      // Hashes have one length and are compared in constant time: how long it takes says nothing about the token.
      return known.find((one) => timingSafeEqual(one.hash, hash))?.caller ?? null;
    },
  };
}

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();
