/**
 * Events of one consumer group that were read but are not done. A lane holds those of one workspace and correlation id,
 * in order; at most one handler works on a lane, and a lane whose first event waits to be tried again waits with it.
 */
import type { LoggedEvent } from '../../core/events/event';

export interface Entry {
  readonly position: number;
  readonly logged: LoggedEvent;
  /** Deliveries begun. */
  attempt: number;
  /** Not before this time. */
  due: number;
  readonly readAt: number;
  /** Has a row of its own in the table of pending events, so that the group's cursor may pass it. */
  spilled: boolean;
}

interface Lane {
  readonly key: string;
  readonly entries: Entry[];
  /** In the list of ready lanes, being handled, or waiting for its first entry to be due. */
  state: 'ready' | 'busy' | 'waiting';
}

const laneOf = ({ logged }: Entry): string =>
  `${logged.event.source.workspaceId}\n${logged.event.source.correlationId}`;

export class Lanes {
  /** @param keyOf name of an entry's lane; one for all keeps the order of the log */
  constructor(private readonly keyOf: (entry: Entry) => string = laneOf) {}

  private readonly lanes = new Map<string, Lane>();
  private ready: Lane[] = [];
  private waiting = 0;
  size = 0;

  add(entry: Entry, now: number): void {
    const key = this.keyOf(entry);
    this.size++;
    const lane = this.lanes.get(key);
    if (lane) {
      lane.entries.push(entry);
      return;
    }
    const fresh: Lane = { key, entries: [entry], state: 'ready' };
    this.lanes.set(key, fresh);
    this.queue(fresh, now);
  }

  /** Takes up to so many entries whose lanes are free, whole lanes first; their lanes are busy until `release`. */
  take(most: number): Entry[] {
    const taken: Entry[] = [];
    while (taken.length < most) {
      const lane = this.ready.shift();
      if (!lane) break;
      lane.state = 'busy';
      // An entry that was tried before goes alone, so that its failure holds up nothing that could have succeeded.
      const alone = (lane.entries[0]?.attempt ?? 0) > 0;
      taken.push(...lane.entries.slice(0, alone ? 1 : most - taken.length));
    }
    return taken;
  }

  /** Ends a delivery: entries that are done leave, the others stay in place. */
  release(delivered: readonly Entry[], isDone: (entry: Entry) => boolean, now: number): void {
    const done = new Set(delivered.filter(isDone));
    const touched = new Set<Lane>();
    for (const entry of delivered) {
      const lane = this.lanes.get(this.keyOf(entry));
      if (lane) touched.add(lane);
    }
    for (const lane of touched) {
      const before = lane.entries.length;
      const left = lane.entries.filter((entry) => !done.has(entry));
      lane.entries.splice(0, before, ...left);
      this.size -= before - left.length;
      if (left.length === 0) this.lanes.delete(lane.key);
      else this.queue(lane, now);
    }
  }

  /** Makes lanes ready whose time has come. @returns when the next one is due */
  wakeDue(now: number): number | undefined {
    if (this.waiting === 0) return undefined;
    let next: number | undefined;
    for (const lane of this.lanes.values()) {
      if (lane.state !== 'waiting') continue;
      const due = lane.entries[0]?.due ?? 0;
      if (due <= now) {
        this.waiting--;
        lane.state = 'ready';
        this.ready.push(lane);
      } else if (next === undefined || due < next) next = due;
    }
    return next;
  }

  /** Entries that could be handed over together now, counted up to so many, and when the oldest was read. */
  offer(most: number): { readonly count: number; readonly since: number } {
    let [count, since] = [0, Infinity];
    for (const lane of this.ready) {
      // What was tried before has waited long enough.
      since = Math.min(since, (lane.entries[0]?.attempt ?? 0) > 0 ? 0 : (lane.entries[0]?.readAt ?? 0));
      count += lane.entries.length;
      if (count >= most) break;
    }
    return { count, since };
  }

  get hasReady(): boolean {
    return this.ready.length > 0;
  }

  private queue(lane: Lane, now: number): void {
    if ((lane.entries[0]?.due ?? 0) > now) {
      lane.state = 'waiting';
      this.waiting++;
      return;
    }
    lane.state = 'ready';
    this.ready.push(lane);
  }
}
