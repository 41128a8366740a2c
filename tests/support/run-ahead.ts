/**
 * For tests that mostly wait: awaiting one of them runs some of the next ones too. Each is still reported by itself, and in
 * order; a filter by name runs little that it does not report.
 * @returns awaits one task by its index
 */
export function runAhead(tasks: readonly (() => Promise<void>)[], atOnce: number): (index: number) => Promise<void> {
  const started = new Map<number, Promise<void>>();
  return async (index) => {
    for (const [i, task] of [...tasks.entries()].slice(index, index + atOnce)) {
      if (started.has(i)) continue;
      const running = task();
      running.catch(() => undefined); // Told when its turn comes.
      started.set(i, running);
    }
    await started.get(index);
  };
}
