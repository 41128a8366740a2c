import { createHash } from 'node:crypto';
import type { ShortActivities } from '../shared/contracts/engine';
import type { FlushAnswer, FlushRequest, SealAnswer, SealRequest } from '../shared/core/run/flush';
import type { Contexts } from '../shared/core/run/types';
import type { Roles } from '../shared/ports/access';
import type { FlushStore } from '../shared/ports/flush-store';
import type { AnswerChannel, RunProgress } from '../shared/ports/run-engine';
import { toFailure } from './to-failure';

/** Carries out one flush and returns what the store holds under its id. */
export const createFlush = (flushes: FlushStore, answers: AnswerChannel) =>
  async function flush(request: FlushRequest): Promise<FlushAnswer> {
    // The engine may run this twice, with another clock: the first write under the flush id wins, and both return it.
    const inputsHash = createHash('sha256').update(JSON.stringify(request.turns)).digest('base64url');
    const stored = await flushes.apply({ ...request, inputsHash }).catch(toFailure);
    // Only now is the answer on disk. A repetition publishes it again: the first caller may have heard nothing.
    if (stored.gen === request.gen) {
      if (request.answer) answers.publish(request.run, request.answer);
      const progress = progressOf(request);
      if (progress) answers.progress(request.run, progress);
    }
    return stored;
  };

/** Undefined: the run goes on at once, and still needs its slot. */
function progressOf({ ended, answer, yields }: FlushRequest): RunProgress | undefined {
  if (ended) return 'ended';
  if (answer?.some((part) => 'end' in part)) return 'answered';
  return yields ? undefined : 'parked';
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
