import { fail } from '../../shared/core/errors/errors';
import type { RunKey } from '../../shared/core/run/types';
import type { AnswerChannel } from '../../shared/ports/run-engine';

export interface AdmissionSettings {
  /** Runs in flight at once: as many as the worker has slots for. */
  readonly slots: number;
  /** Callers that may wait for a slot; the next one is refused. */
  readonly queueLimit: number;
  /** A slot comes back after so long, whatever its run does: a lost signal must not block the door for ever. */
  readonly holdMs: number;
}

/**
 * Bounds the runs in flight: started, and neither parked nor answered yet.
 *
 * A1  Slots are held by started runs only; nobody holds one while waiting for another, so nothing can deadlock.
 * A2  Callers wait in order, up to a limit. Events wait without one: they are in the broker, and come in small batches.
 * A3  Callers go first, but every `EVENTS_TURN`th free slot is for a waiting event: load must not stop the chains.
 */
export interface Admission {
  /**
   * Resolves when there is room; the slot is free again when the run parks, answers or ends, or by `release`.
   * @throws Overloaded when the queue is full (callers only), or when `signal` aborts before there is room
   */
  enter(run: RunKey, who: 'caller' | 'event', signal?: AbortSignal): Promise<Slot>;
  /** For metrics. */
  counts(): { readonly inFlight: number; readonly callers: number; readonly events: number };
}

export interface Slot {
  /** Gives the slot back before the run does. Twice is once. */
  release(): void;
}

const EVENTS_TURN = 8;

interface Waiting {
  admit(): void;
}

export function createAdmission(settings: AdmissionSettings, answers: Pick<AnswerChannel, 'onProgress'>): Admission {
  const queues = { caller: new Set<Waiting>(), event: new Set<Waiting>() };
  let inFlight = 0;
  let turn = 0;

  function next(): Waiting | undefined {
    turn = (turn + 1) % EVENTS_TURN;
    const order = turn === 0 ? [queues.event, queues.caller] : [queues.caller, queues.event];
    for (const queue of order) {
      for (const waiting of queue) {
        queue.delete(waiting);
        return waiting;
      }
    }
    return undefined;
  }

  function hold(run: RunKey): Slot {
    inFlight++;
    let held = true;
    const release = () => {
      if (!held) return;
      held = false;
      clearTimeout(timer);
      stop();
      inFlight--;
      next()?.admit();
    };
    const timer = setTimeout(release, settings.holdMs);
    timer.unref();
    const stop = answers.onProgress(run, release);
    return { release };
  }

  return {
    enter(run, who, signal) {
      if (signal?.aborted) return Promise.reject(overloaded());
      if (inFlight < settings.slots) return Promise.resolve(hold(run));
      if (who === 'caller' && queues.caller.size >= settings.queueLimit) return Promise.reject(overloaded());
      return new Promise((resolve, reject) => {
        const leave = () => {
          queues[who].delete(waiting);
          reject(overloaded());
        };
        const waiting: Waiting = {
          admit() {
            signal?.removeEventListener('abort', leave);
            resolve(hold(run));
          },
        };
        signal?.addEventListener('abort', leave, { once: true });
        queues[who].add(waiting);
      });
    },
    counts: () => ({ inFlight, callers: queues.caller.size, events: queues.event.size }),
  };
}

const overloaded = () => fail('Overloaded', 'No room for another run, try again in a moment');
