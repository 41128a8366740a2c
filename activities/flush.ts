import { createHash } from 'node:crypto';
import type { ShortActivities } from '../shared/contracts/engine';
import type { FlushAnswer, FlushRequest, SealAnswer, SealRequest } from '../shared/core/run/flush';
import type { Contexts, RunTokenKind, Tokens } from '../shared/core/run/types';
import type { Roles } from '../shared/ports/access';
import type { FlushStore } from '../shared/ports/flush-store';
import type { RateLimits } from '../shared/ports/rate-limits';
import type { AnswerChannel, RunProgress } from '../shared/ports/run-engine';
import type { StreamSessions } from './fetch';
import { toFailure } from './to-failure';

export interface FlushDependencies {
  readonly flushes: FlushStore;
  readonly answers: AnswerChannel;
  readonly rates: RateLimits;
  readonly streams: Pick<StreamSessions, 'close'>;
}

/** Carries out one flush and returns what the store holds under its id. */
export const createFlush = ({ flushes, answers, rates, streams }: FlushDependencies) =>
  async function flush(request: FlushRequest): Promise<FlushAnswer> {
    // The engine may run this twice, with another clock: the first write under the flush id wins, and both return it.
    const inputsHash = createHash('sha256').update(JSON.stringify(request.turns)).digest('base64url');
    const throttledMs = takeTokens(rates, request);
    const whole = { ...request, inputsHash, ...(throttledMs > 0 && { throttledMs }) };
    const stored = await flushes.apply(whole).catch(toFailure);
    // A repetition gets the delay that is stored, and what it took itself is too much.
    if (!stored.first) giveBack(rates, request.workspaceId, request.tokens);
    else giveBack(rates, request.workspaceId, request.tokensLeft);
    // Only now is the answer on disk. A repetition publishes it again: the first caller may have heard nothing.
    if (stored.gen === request.gen) {
      if (request.answer) answers.publish(request.run, request.answer);
      // Only now has the run let go of them for good.
      for (const stream of request.closes ?? []) streams.close(stream);
      const progress = progressOf(request, stored.throttledMs);
      if (progress) answers.progress(request.run, progress);
    }
    return stored;
  };

/** The longest wait of all that is asked for. */
const takeTokens = (rates: RateLimits, { workspaceId, tokens = {} }: FlushRequest): number =>
  Math.max(0, ...amountsOf(tokens).map(([kind, amount]) => rates.take(workspaceId, kind, amount)));

function giveBack(rates: RateLimits, workspaceId: string, tokens: Tokens = {}): void {
  for (const [kind, amount] of amountsOf(tokens)) rates.giveBack(workspaceId, kind, amount);
}

const amountsOf = (tokens: Tokens) => Object.entries(tokens) as [RunTokenKind, number][];

/** Undefined: the run goes on at once, and still needs its slot. */
function progressOf({ ended, answer, yields }: FlushRequest, throttledMs: number): RunProgress | undefined {
  if (ended) return 'ended';
  if (answer?.some((part) => 'end' in part)) return 'answered';
  return yields && throttledMs === 0 ? undefined : 'parked';
}

/** Fixes what a turn is made of, before it is taken: also the role of a user that the run has switched to. */
export const createSeal = (flushes: FlushStore, roles: Roles) =>
  async function seal(request: SealRequest): Promise<SealAnswer> {
    const { roleOf, workspaceId } = request;
    const role = roleOf && (await roles.roleOf(workspaceId, roleOf).catch(toFailure));
    return flushes.seal({ ...request, ...(role !== undefined && { role }) }).catch(toFailure);
  };

/** First reading of the contexts by a run that nobody of ours started. */
export const createReadContexts = (flushes: FlushStore) =>
  async function readContexts(request: Parameters<ShortActivities['readContexts']>[0]): Promise<Contexts> {
    return flushes.readContextsOnce(request.run, request.workspaceId, request.owners).catch(toFailure);
  };
