/** Tells which workspaces have changed, by comparing signatures whenever there is a sign, and now and then without one. */
export interface ChangeFeedOptions {
  /** Workspace id -> a text that changes with its files. */
  signature(): Promise<ReadonlyMap<string, string>>;
  changed(workspaceIds: readonly string[]): void;
  readonly debounceMs: number;
  readonly pollMs: number;
  /** Starts to listen for signs that something may have changed. @throws where the file system cannot */
  signs(told: () => void): () => void;
}

export function changeFeed({ signature, changed, debounceMs, pollMs, signs }: ChangeFeedOptions): () => void {
  let stopped = false;
  let debounce: NodeJS.Timeout | undefined;
  let last: ReadonlyMap<string, string> | undefined;
  let looking: Promise<void> = look();

  async function look(): Promise<void> {
    const now = await signature().catch(() => last);
    if (stopped || now === undefined) return;
    const before = last;
    last = now;
    if (before === undefined) return;
    const ids = [...new Set([...before.keys(), ...now.keys()])].filter((id) => before.get(id) !== now.get(id));
    if (ids.length > 0) changed(ids.sort());
  }

  const lookAgain = (): void => {
    looking = looking.then(() => (stopped ? undefined : look()));
  };
  const told = (): void => {
    clearTimeout(debounce);
    debounce = setTimeout(lookAgain, debounceMs);
  };
  let unwatch = (): void => undefined;
  try {
    unwatch = signs(told);
  } catch {
    // No signs on this file system: the poll alone sees the changes.
  }
  // Looking at thousands of files takes time: it must stay a small part of it.
  let poll: NodeJS.Timeout;
  const planPoll = (tookMs: number): void => {
    poll = setTimeout(
      () => {
        const began = performance.now();
        lookAgain();
        void looking.then(() => stopped || planPoll(performance.now() - began));
      },
      Math.max(pollMs, 50 * tookMs),
    );
    poll.unref();
  };
  planPoll(0);

  return () => {
    stopped = true;
    clearTimeout(debounce);
    clearTimeout(poll);
    unwatch();
  };
}
