/** What is limited, each with a token bucket for each workspace. */
export const TOKEN_KINDS = ['automations', 'emits', 'fetchs', 'repeats'] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

/** Token buckets of the workspaces, local to this process. Never refuses: it says how long to wait. */
export interface RateLimits {
  /** Takes tokens, now or in advance. @returns milliseconds until they are there; 0 where there is no limit */
  take(workspaceId: string, kind: TokenKind, amount: number): number;
  /** Puts back what was taken and not used. */
  giveBack(workspaceId: string, kind: TokenKind, amount: number): void;
}
