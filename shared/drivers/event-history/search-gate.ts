import { fail } from '../../core/errors/errors';

/** Searches at work at once: each takes a slice of the thread in turn. */
const AT_ONCE = 2;
/** Searches of one workspace that wait for their turn. */
const WAITING = 50;

/** Lets a few searches work at a time, workspace by workspace, so that a flood in one leaves the others their turn. */
export function searchGate() {
  const waiting = new Map<string, (() => void)[]>();
  let working = 0;

  function next(): void {
    const [first] = waiting;
    if (!first) return;
    const [workspaceId, queue] = first;
    waiting.delete(workspaceId);
    queue.shift()?.();
    if (queue.length > 0) waiting.set(workspaceId, queue);
  }

  /** @throws Overloaded when too many of the workspace wait already */
  return async function pass<T>(workspaceId: string, job: () => Promise<T>): Promise<T> {
    if (working >= AT_ONCE) {
      const queue = waiting.get(workspaceId) ?? [];
      if (queue.length >= WAITING)
        throw fail('Overloaded', 'Too many searches of this workspace wait already', { waiting: queue.length });
      waiting.set(workspaceId, queue);
      // Whoever lets us through hands over its place.
      await new Promise<void>((resolve) => queue.push(resolve));
    } else working++;
    try {
      return await job();
    } finally {
      if (waiting.size > 0) next();
      else working--;
    }
  };
}
