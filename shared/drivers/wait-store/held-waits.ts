import { entry } from '../../core/entry';
import type { Event } from '../../core/events/event';
import { createPatternIndex } from '../../core/events/pattern-index';
import type { RunKey, WaitId } from '../../core/run/types';
import type { RegisteredWait } from '../../ports/wait-store';

/** Open waits in memory, for the question that every event asks. */
export interface HeldWaits {
  add(wait: RegisteredWait, delivered: boolean): void;
  remove(run: RunKey, id: WaitId): void;
  setDelivered(run: RunKey, id: WaitId): void;
  /** Waits that no event was delivered to yet, and that this one may end. */
  listening(event: Event): readonly RegisteredWait[];
  ofRun(run: RunKey): readonly RegisteredWait[];
  count(): number;
}

interface Held {
  readonly wait: RegisteredWait;
  delivered: boolean;
}

export function heldWaits(): HeldWaits {
  const byRun = new Map<RunKey, Map<WaitId, Held>>();
  const byPattern = createPatternIndex<Held>();
  let count = 0;

  function remove(run: RunKey, id: WaitId): void {
    const waits = byRun.get(run);
    const held = waits?.get(id);
    if (!waits || !held) return;
    waits.delete(id);
    if (waits.size === 0) byRun.delete(run);
    count--;
    byPattern.remove(held.wait.workspaceId, held.wait.oneOf, held);
  }

  return {
    remove,
    add(wait, delivered) {
      remove(wait.run, wait.id);
      const held: Held = { wait, delivered };
      entry(byRun, wait.run, () => new Map<WaitId, Held>()).set(wait.id, held);
      count++;
      byPattern.add(wait.workspaceId, wait.oneOf, held);
    },
    setDelivered(run, id) {
      const held = byRun.get(run)?.get(id);
      if (held) held.delivered = true;
    },
    listening(event) {
      const open: RegisteredWait[] = [];
      for (const held of byPattern.candidates(event)) if (!held.delivered) open.push(held.wait);
      return open;
    },
    ofRun: (run) => [...(byRun.get(run)?.values() ?? [])].map(({ wait }) => wait),
    count: () => count,
  };
}
