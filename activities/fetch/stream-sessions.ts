import { type StreamSession } from './stream-session';

const IDLE_MS = 600_000;

/**
 * Connections of streams that this process holds, by the key of the call that opened them. One that nobody reads for ten
 * minutes is let go: a later reading finds it lost, and the source is asked again.
 */
export class StreamSessions {
  private readonly open = new Map<string, { readonly session: StreamSession; timer: NodeJS.Timeout }>();

  private over = false;

  constructor(private readonly idleMs: number = IDLE_MS) {}

  get size(): number {
    return this.open.size;
  }

  /** A repeated call replaces what an earlier attempt opened. */
  add(key: string, session: StreamSession): void {
    this.close(key);
    if (this.over) return session.close();
    this.open.set(key, { session, timer: this.idleTimer(key) });
  }

  get(key: string): StreamSession | undefined {
    const found = this.open.get(key);
    if (!found) return undefined;
    clearTimeout(found.timer);
    found.timer = this.idleTimer(key);
    return found.session;
  }

  close(key: string): void {
    const found = this.open.get(key);
    if (!found) return;
    clearTimeout(found.timer);
    this.open.delete(key);
    found.session.close();
  }

  /** The process is about to end: its runs go on at the next start, and ask the sources again. */
  closeAll(): void {
    this.over = true;
    for (const key of [...this.open.keys()]) this.close(key);
  }

  private idleTimer(key: string): NodeJS.Timeout {
    return setTimeout(() => this.close(key), this.idleMs).unref();
  }
}
