/** Limits of each workspace: the product's settings, and what the platform has set for it among its secrets. */
import { ITERATIONS } from '../shared/core/run/tokens';
import type { RunLimits, RunTokenKind, Tokens } from '../shared/core/run/types';
import type { Rate } from '../shared/drivers/rate-limits/token-buckets';
import type { TokenKind } from '../shared/ports/rate-limits';
import type { Config } from './config';
import type { WorkspaceSecrets } from './workspace-secrets';

export interface WorkspaceLimits {
  /** Undefined = no limit. */
  rateOf(workspaceId: string, kind: TokenKind): Rate | undefined;
  /** 0 = any. */
  contextsMaxBytes(workspaceId: string): number;
  /** What a run is told of them. */
  ofRuns(workspaceId: string): Pick<RunLimits, 'contextsMaxBytes' | 'tokens'>;
}

/** So many at once at most: a run that emits a thousand events asks a hundred times, and its delays stay short. */
const AT_ONCE = 10;

export function workspaceLimits(
  { rateLimits, contexts }: Pick<Config, 'rateLimits' | 'contexts'>,
  { settings }: Pick<WorkspaceSecrets, 'settings'>,
): WorkspaceLimits {
  const numberIn = (workspaceId: string, name: string): number | undefined => {
    const text = settings(workspaceId)[name]?.trim() ?? '';
    return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
  };
  const rateOf = (workspaceId: string, kind: TokenKind): Rate | undefined => {
    if (rateLimits === null || isOn(settings(workspaceId)['prismeai_ratelimit_disabled'])) return undefined;
    const { perSecond, burst } = rateLimits[kind];
    const own: Rate = {
      perSecond: numberIn(workspaceId, `prismeai_ratelimit_${kind}`) || perSecond,
      burst: numberIn(workspaceId, `prismeai_ratelimit_${kind}_burst`) ?? burst,
    };
    return own.burst === 0 ? undefined : own;
  };
  const contextsMaxBytes = (workspaceId: string): number => {
    const ownKb = numberIn(workspaceId, 'prismeai_contexts_max_size_kb');
    return ownKb === undefined ? contexts.maxBytes : 1024 * ownKb;
  };
  const atOnce = (workspaceId: string, kind: RunTokenKind, amount: (rate: Rate) => number): Tokens => {
    const rate = rateOf(workspaceId, kind);
    return rate ? { [kind]: amount(rate) } : {};
  };
  // A small bucket is not emptied at once.
  const few = ({ burst }: Rate): number => Math.max(1, Math.min(AT_ONCE, Math.floor(burst / AT_ONCE)));
  return {
    rateOf,
    contextsMaxBytes,
    ofRuns(workspaceId) {
      const tokens: Tokens = {
        ...atOnce(workspaceId, 'automations', few),
        ...atOnce(workspaceId, 'emits', few),
        ...atOnce(workspaceId, 'repeats', () => ITERATIONS),
      };
      const limited = Object.keys(tokens).length > 0;
      return { contextsMaxBytes: contextsMaxBytes(workspaceId), ...(limited && { tokens }) };
    },
  };
}

const isOn = (text: string | undefined): boolean =>
  !['', '0', 'no', 'false'].includes(text?.trim().toLowerCase() ?? '');
