import { EMIT_TOPIC, type Event } from '../../core/events/event';
import { mayWake } from '../../core/events/event-triggers';
import { matchPatterns } from '../../core/events/match-filters';
import type { Item, OpenWait, Turn } from '../../core/run/types';

/** What one run has sent and got, so that its waits find what came before them. As the stores do it. */
export class LookBack {
  private asked: number | undefined;
  private readonly taken = new Set<string>();

  /** @param log everything sent so far; what this run sends is added by the caller */
  constructor(private readonly log: readonly Event[]) {}

  take({ items }: Turn): void {
    for (const item of items) if ('event' in item) this.taken.add(item.event.event.id);
  }

  sends(event: Event): void {
    if (event.source.serviceTopic === EMIT_TOPIC) this.asked ??= this.log.length;
  }

  /** @param before events from this one on are brought to the wait as they come */
  early({ id, oneOf }: OpenWait, before: number): Item | undefined {
    if (this.asked === undefined) return undefined;
    const event = this.log
      .slice(this.asked, before)
      .find((one) => mayWake(one) && !this.taken.has(one.id) && matchPatterns(one, oneOf));
    return event && { event: { waitId: id, event } };
  }
}
