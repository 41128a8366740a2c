import { entry } from '../../core/entry';
import type { AnswerPart, RunKey } from '../../core/run/types';
import type { AnswerChannel, RunProgress } from '../../ports/run-engine';

/** Callers and runs in one process. A receiver that throws keeps the others from nothing. */
export function memoryAnswerChannel(options: { onError?(error: unknown): void } = {}): AnswerChannel {
  const parts = new Listeners<AnswerPart>(options.onError);
  const progress = new Listeners<RunProgress>(options.onError);
  return {
    publish(run, published) {
      for (const part of published) parts.tell(run, part);
    },
    subscribe: (run, receive) => parts.add(run, receive),
    progress: (run, kind) => progress.tell(run, kind),
    onProgress: (run, receive) => progress.add(run, receive),
  };
}

class Listeners<T> {
  private readonly byRun = new Map<RunKey, Set<{ receive(value: T): void }>>();

  constructor(private readonly onError?: (error: unknown) => void) {}

  add(run: RunKey, receive: (value: T) => void): () => void {
    const listener = { receive };
    const listeners = entry(this.byRun, run, () => new Set());
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.byRun.get(run) === listeners) this.byRun.delete(run);
    };
  }

  tell(run: RunKey, value: T): void {
    // A copy: receivers unsubscribe when they have what they need.
    for (const { receive } of [...(this.byRun.get(run) ?? [])]) {
      try {
        receive(value);
      } catch (error) {
        this.onError?.(error);
      }
    }
  }
}
