import type { Socket } from 'socket.io';

type Connection = Socket['conn'];

/** What was missed waits when so much is under way to a client. */
const PAUSE_BYTES = 262_144;

/** Counts what is on its way to one client, so that none fills our memory. */
export class Outbox {
  /** Given to the connection, not yet to its transport. */
  private waiting = 0;
  /** Given to the transport, which takes nothing else until it is out. */
  private underway = 0;
  private readonly resumes = new Set<() => void>();

  constructor(private readonly connection: Connection) {
    connection.on('drain', () => {
      this.underway = this.waiting;
      this.waiting = 0;
      this.resume();
    });
    connection.on('close', () => this.resume());
  }

  /** To be called before each message. @returns bytes on their way, with these */
  add(bytes: number): number {
    if (this.waiting === 0 && this.connection.transport.writable) this.underway = 0;
    this.waiting += bytes;
    return this.waiting + this.underway;
  }

  /** Undefined when there is room. */
  room(): Promise<void> | undefined {
    if (this.waiting < PAUSE_BYTES || this.connection.readyState !== 'open') return undefined;
    return new Promise((resolve) => this.resumes.add(resolve));
  }

  private resume(): void {
    for (const resolve of this.resumes) resolve();
    this.resumes.clear();
  }
}
