import { isLive, orderItems } from '../../core/run/order-items';
import type { Item, State } from '../../core/run/types';

/** What has come for a run and is not in a turn yet, by reference, in order of arrival. As in the workflow shell. */
export type Inbox = Map<string, Item>;

interface Holder {
  readonly state: State;
  readonly inbox: Inbox;
}

function refOf(item: Item): string {
  if ('event' in item) return `e:${item.event.waitId}/${item.event.event.id}`;
  if ('timer' in item) return `t:${item.timer}`;
  if ('result' in item) return `r:${item.result.commandId}`;
  return JSON.stringify(item);
}

const targetOf = (item: Item): string =>
  'event' in item ? item.event.waitId : 'timer' in item ? item.timer : refOf(item);

export function collect({ inbox }: Holder, item: Item): void {
  const ref = refOf(item);
  if (!inbox.has(ref)) inbox.set(ref, item);
}

/** Items of the next turn: live, in the machine's order, one for each target. */
export function compose({ inbox, state }: Holder): Item[] {
  const live = [...inbox.values()].filter((item) => isLive(item, state));
  const taken = new Set<string>();
  return orderItems(live, state).filter((item) => !taken.has(targetOf(item)) && taken.add(targetOf(item)));
}

export function drop({ inbox, state }: Holder, taken: readonly Item[]): void {
  for (const item of taken) inbox.delete(refOf(item));
  for (const [ref, item] of inbox) if (!isLive(item, state)) inbox.delete(ref);
}
