import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { KnownCaller } from '../../ports/access';
import type { RunClaims, RunTokens } from '../../ports/identity/authenticator';

/** Tokens that a process gives its own calls, and knows again. */
export interface ShortLivedTokens extends RunTokens {
  mint(caller: KnownCaller, run: RunClaims): string;
}

const PREFIX = 'ostinato-run.';

/**
 * Signed with a key that lives and dies with the process: who mints is who checks, and nothing is stored.
 * @param lifetimeMs after which a token is none
 */
export function shortLivedTokens(lifetimeMs = 10_000, now: () => number = Date.now): ShortLivedTokens {
  const key = randomBytes(32);
  const sign = (body: string): Buffer => createHmac('sha256', key).update(body).digest();
  return {
    mint(caller, run) {
      const body = Buffer.from(JSON.stringify({ caller, run, until: now() + lifetimeMs })).toString('base64url');
      return `${PREFIX}${body}.${sign(body).toString('base64url')}`;
    },
    async open(token) {
      if (!token.startsWith(PREFIX)) return null;
      const [body = '', signature = ''] = token.slice(PREFIX.length).split('.');
      const [given, right] = [Buffer.from(signature, 'base64url'), sign(body)];
      if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
      const { caller, run, until } = JSON.parse(Buffer.from(body, 'base64url').toString()) as Minted;
      return now() < until ? { caller, run } : null;
    },
  };
}

interface Minted {
  readonly caller: KnownCaller;
  readonly run: RunClaims;
  readonly until: number;
}
