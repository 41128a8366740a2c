import { CancellationScope, sleep } from '@temporalio/workflow';
import { timers as openTimers } from '../shared/core/run/open-waits';
import type { State, WaitId } from '../shared/core/run/types';

/** The engine's timers of one run, kept equal to the deadlines in the machine's state. */
export class Timers {
  private readonly armed = new Map<WaitId, CancellationScope>();

  constructor(private readonly fired: (id: WaitId) => void) {}

  /** Starts what is missing, from absolute deadlines; cancels what nothing waits for any more. */
  arm(state: State): void {
    const wanted = openTimers(state);
    const ids = new Set(wanted.map((timer) => timer.id));
    for (const [id, scope] of this.armed)
      if (!ids.has(id)) {
        this.armed.delete(id);
        scope.cancel();
      }
    for (const { id, deadline } of wanted) if (!this.armed.has(id)) this.start(id, deadline);
  }

  private start(id: WaitId, deadline: number): void {
    const scope = new CancellationScope();
    this.armed.set(id, scope);
    // The sealed `now` may be old: what is left is counted from the clock of this task, at least 1 ms.
    const leftMs = Math.max(1, deadline - Date.now());
    scope
      .run(() => sleep(leftMs, { summary: id }))
      .then(
        () => this.fired(id),
        () => undefined, // cancelled by `arm`
      );
  }
}
