/**
 * What has come in and is not yet composed into a turn: items by reference, in order of arrival.
 *
 * I1  Keyed by target *and* event: one event may end two waits of one run.
 * I2  Handlers collect, nothing else; one loop composes.
 * I3  A turn takes one item for each target; later ones for the same target are dropped with it.
 * I4  That nobody waits for an item *yet* is no reason to forget it: a task that runs again, after a flush that stored a
 *     wait, may find the wait's event here before it has come to the turn that opens the wait. Only what was waited for
 *     and is not any more is forgotten.
 */
import { isLive, orderItems, targetOf } from '../shared/core/run/order-items';
import type { ItemRef } from '../shared/core/run/flush';
import type { Item, State } from '../shared/core/run/types';

export class Inbox {
  private readonly items: Map<ItemRef, Item>;
  /** Ids that something was parked at, in this execution, and is not any more. */
  private readonly over = new Set<string>();

  /** @param carried what continue-as-new brought along */
  constructor(carried: readonly (readonly [ItemRef, Item])[] = []) {
    this.items = new Map(carried);
  }

  /** The first arrival under a reference stays. */
  collect(item: Item): void {
    const ref = refOf(item);
    if (!this.items.has(ref) && !this.isOver(item)) this.items.set(ref, item);
  }

  get(ref: ItemRef): Item | undefined {
    return this.items.get(ref);
  }

  hasLive(state: State): boolean {
    for (const item of this.items.values()) if (isLive(item, state)) return true;
    return false;
  }

  /** The items of the next turn: live ones, in the machine's order, one for each target (I3). */
  compose(state: State): Item[] {
    const live = [...this.items.values()].filter((item) => isLive(item, state));
    const taken = new Set<string>();
    return orderItems(live, state).filter((item) => {
      const target = takenOnceBy(item);
      return !taken.has(target) && taken.add(target);
    });
  }

  /** Forgets what was taken, and all for those who waited before the turn and do not after it (I4). */
  drop(taken: readonly Item[], before: State, after: State): void {
    for (const item of taken) if (!('start' in item) && !('woken' in item)) this.items.delete(refOf(item));
    const parked = new Set(parkIds(after));
    for (const id of parkIds(before)) if (!parked.has(id)) this.over.add(id);
    for (const [ref, item] of this.items) if (this.isOver(item)) this.items.delete(ref);
  }

  private isOver(item: Item): boolean {
    const target = targetOf(item);
    return target !== undefined && this.over.has(target);
  }

  /** All of it, for continue-as-new. */
  entries(): [ItemRef, Item][] {
    return [...this.items];
  }
}

/** Name of an item, the same at every replay. `start` and `woken` never stand in an inbox. */
export function refOf(item: Item): ItemRef {
  if ('event' in item) return `e:${item.event.waitId}/${item.event.event.id}`;
  if ('timer' in item) return `t:${item.timer}`;
  if ('result' in item) return `r:${item.result.commandId}`;
  if ('chunk' in item) return `k:${item.chunk.commandId}/${item.chunk.index}`;
  if ('flushed' in item) return `f:${item.flushed.commandId}`;
  if ('refused' in item) return `x:${item.refused.flush}`;
  if ('cancel' in item) return 'c:cancel';
  if ('move' in item) return `m:${item.move.id}`;
  throw new Error(`cannot happen: an item without a reference (${Object.keys(item).join()})`);
}

/** What a turn may take only one item for. */
function takenOnceBy(item: Item): string {
  if ('event' in item) return item.event.waitId;
  if ('timer' in item) return item.timer;
  return refOf(item);
}

const parkIds = ({ fibres }: State): string[] =>
  fibres.flatMap(({ park }) => {
    if (!park || !('id' in park)) return [];
    return park.kind === 'stream' && park.timer ? [park.id, park.timer.id] : [park.id];
  });
