import { fail, type PlatformError } from '../../../shared/core/errors/errors';
import type { AnswerPart, RunKey } from '../../../shared/core/run/types';
import type { AnswerChannel } from '../../../shared/ports/run-engine';
import type { Reply } from '../../http/contract';
import { toReply } from './answer-reply';
import { isLate, late } from './late';
import { createPartQueue } from './part-queue';
import type { StreamSettings } from './stream-answer';

export const RUN_ID_HEADER = 'x-ostinato-run-id';

/** What a start is told while its caller waits. */
export interface Waiting {
  /** Aborted when nobody waits any more: a start that still queues may leave. */
  readonly signal: AbortSignal;
  /** To be called when the run has its slot: from then on it goes on whatever its caller does. */
  admitted(): void;
}

export interface Call {
  readonly run: RunKey;
  /** Named in the body of an internal failure. */
  readonly correlationId: string;
  /** Starts what has to be started. Its failure is the call's. */
  start(waiting: Waiting): Promise<void>;
  /** Parts that are stored already; asked after the subscription, so that none can fall between. */
  stored?(): Promise<readonly AnswerPart[]>;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
}

export type CallRun = (call: Call) => Promise<Reply>;

/**
 * Starts a run and waits for its answer. When the time is up, or the client gone, only the waiting ends: the run goes on.
 * @returns 408 `TimeoutError` with the run's id when the time is up
 * @throws Overloaded when it is up before there was room for the run
 */
export const createCallRun =
  (
    answers: Pick<AnswerChannel, 'subscribe'>,
    settings: StreamSettings & { readonly answerTimeoutMs: number },
  ): CallRun =>
  async ({ run, correlationId, start, stored, signal }) => {
    const parts = createPartQueue();
    const waiting = new AbortController();
    let admitted = false;
    const giveUp = () => {
      parts.fail(admitted ? late(run) : fail('Overloaded', 'There was no room for the run in time'));
      waiting.abort();
    };
    // What comes while the stored parts are read belongs behind them.
    let early: AnswerPart[] | undefined = [];
    const unsubscribe = answers.subscribe(run, (part) => (early ? void early.push(part) : parts.push(part)));
    const timer = setTimeout(giveUp, settings.answerTimeoutMs);
    signal.addEventListener('abort', giveUp, { once: true });
    const stop = () => {
      clearTimeout(timer);
      unsubscribe();
      signal.removeEventListener('abort', giveUp);
    };
    let streams = false;
    const onStream = () => {
      streams = true;
      clearTimeout(timer);
      return { finished: stop };
    };
    try {
      const known = (await stored?.()) ?? [];
      [...known, ...early].forEach(parts.push);
      early = undefined;
      // A run that has said something is under way.
      if (known.length > 0) admitted = true;
      else start({ signal: waiting.signal, admitted: () => (admitted = true) }).catch(parts.fail);
      const reply = await toReply(parts, { correlationId, minimumKeepAliveMs: settings.minimumKeepAliveMs, onStream });
      return { ...reply, headers: { ...reply.headers, [RUN_ID_HEADER]: run } };
    } catch (error) {
      if (isLate(error)) return lateReply(run, error);
      throw error;
    } finally {
      if (!streams) stop();
    }
  };

/** A reply, not an error: its header must name the run, whose answer can still be fetched. */
const lateReply = (run: RunKey, { code, status, message, details }: PlatformError): Reply => ({
  status,
  headers: { [RUN_ID_HEADER]: run },
  body: { error: code, message, details },
});
