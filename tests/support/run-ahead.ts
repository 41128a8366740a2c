export interface Task {
  run(): Promise<void>;
  /** While it runs, nothing else does. */
  readonly alone: boolean;
}

/**
 * For tests that mostly wait: awaiting one of them runs some of the next ones too. Each is still reported by itself, and in
 * order; a filter by name runs little that it does not report.
 * @returns awaits one task by its index
 */
export function runAhead(tasks: readonly Task[], atOnce: number): (index: number) => Promise<void> {
  const started = new Map<number, Promise<void>>();
  const start = (index: number, task: Task): Promise<void> => {
    const running = started.get(index) ?? task.run();
    started.set(index, running);
    running.catch(() => undefined); // Told when its turn comes.
    return running;
  };
  return async (index) => {
    const [task, ...next] = tasks.slice(index, index + atOnce);
    if (!task) throw new Error(`there is no task ${index}`);
    const own = start(index, task);
    const firstAlone = task.alone ? 0 : next.findIndex(({ alone }) => alone);
    next.slice(0, firstAlone === -1 ? next.length : firstAlone).forEach((one, i) => void start(index + 1 + i, one));
    await own;
  };
}
