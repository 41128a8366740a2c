/**
 * What has come in and is not yet composed into a turn: items by reference, in order of arrival.
 *
 * I1  Keyed by target *and* event: one event may end two waits of one run.
 * I2  Handlers collect, nothing else; one loop composes.
 * I3  A turn takes one item for each target; later ones for the same target are dropped with it.
 */
import { isLive, orderItems } from '../shared/core/run/order-items';
import type { ItemRef } from '../shared/core/run/flush';
import type { Item, State } from '../shared/core/run/types';

export type Inbox = Map<ItemRef, Item>;

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
function targetOf(item: Item): string {
  if ('event' in item) return item.event.waitId;
  if ('timer' in item) return item.timer;
  return refOf(item);
}

/** The first arrival under a reference stays. */
export function collect(inbox: Inbox, item: Item): void {
  const ref = refOf(item);
  if (!inbox.has(ref)) inbox.set(ref, item);
}

export function hasLive(inbox: Inbox, state: State): boolean {
  for (const item of inbox.values()) if (isLive(item, state)) return true;
  return false;
}

/** The items of the next turn: live ones, in the machine's order, one for each target (I3). */
export function compose(inbox: Inbox, state: State): Item[] {
  const live = [...inbox.values()].filter((item) => isLive(item, state));
  const taken = new Set<string>();
  return orderItems(live, state).filter((item) => {
    const target = targetOf(item);
    return !taken.has(target) && taken.add(target);
  });
}

/** Forgets what was taken, and all that nothing in the state waits for any more. */
export function drop(inbox: Inbox, taken: readonly Item[], state: State): void {
  for (const item of taken) if (!('start' in item) && !('woken' in item)) inbox.delete(refOf(item));
  for (const [ref, item] of inbox) if (!isLive(item, state)) inbox.delete(ref);
}
