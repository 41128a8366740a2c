import { hash, verify } from '@node-rs/argon2';
import { fail } from '../../core/errors/errors';
import type { PasswordHasher } from '../../ports/identity/password-hasher';

/** Argon2id as OWASP advises: 19 MiB, two passes, one lane; some 25 ms outside the main thread. */
const COST: HashCost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** `memoryCost` in KiB. */
export interface HashCost {
  readonly memoryCost: number;
  readonly timeCost: number;
  readonly parallelism: number;
}

export interface HasherOptions {
  /** At once: each takes a thread of the pool that files and names are read with, too. */
  readonly atOnce?: number;
  /** Beyond it callers are refused: a flood of logins must not fill our memory. */
  readonly queue?: number;
  /** Less than what is advised is for tests of something else. */
  readonly cost?: HashCost;
}

export function argon2PasswordHasher({ atOnce = 2, queue = 200, cost = COST }: HasherOptions = {}): PasswordHasher {
  let running = 0;
  const waiting: (() => void)[] = [];
  const inTurn = async <T>(job: () => Promise<T>): Promise<T> => {
    if (running >= atOnce) {
      if (waiting.length >= queue) throw fail('Overloaded', 'Too many logins at once: come again in a moment');
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running++;
    try {
      return await job();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
  // Of a password that nobody knows. Made at once: the first unknown address must not take longer than the others.
  const nobody = hash(`${Math.random()}`, cost);
  return {
    hash: (password) => inTurn(() => hash(password, cost)),
    async verify(password, known) {
      const against = known ?? (await nobody);
      const matches = await inTurn(() => verify(against, password).catch(() => false));
      return matches && known !== undefined;
    },
  };
}
