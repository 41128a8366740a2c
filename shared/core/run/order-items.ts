import type { Fibre, Item, Park, State } from './types';

/**
 * The order in which the items of one instant are taken: start, woken, cancel, move, events as they came,
 * results in the order of their calls, chunks, flushed, and timers last, by deadline and id. So an event beats a
 * time-out that is due at the same millisecond. Shared by the shell, the machine and the tests' driver.
 */
export function orderItems(items: readonly Item[], state: State): Item[] {
  if (items.length < 2) return [...items];
  const parks = parksOf(state);
  return items
    .map((item, arrival) => ({ item, key: [rankOf(item), ...within(item, arrival, parks)] as const }))
    .sort((a, b) => compareKeys(a.key, b.key))
    .map(({ item }) => item);
}

/** Is somebody there for it? Others change nothing and need not be kept. A `move` is never: it is refused. */
export function isLive(item: Item, state: State): boolean {
  if ('start' in item) return state.n === 0 && state.open === undefined && state.fibres.length === 0;
  if ('woken' in item || 'refused' in item || 'cancel' in item) return state.fibres.length > 0;
  if ('move' in item) return false;
  if ('flushed' in item) return state.yielded === item.flushed.commandId;
  const target = targetOf(item);
  return state.fibres.some(({ park }) => park !== undefined && takes(park, item, target));
}

/** Id of what the item ends or goes on: a wait, a timer, a call. */
export const targetOf = (item: Item): string | undefined => {
  if ('event' in item) return item.event.waitId;
  if ('timer' in item) return item.timer;
  if ('result' in item) return item.result.commandId;
  if ('chunk' in item) return item.chunk.commandId;
  return undefined;
};

function takes(park: Park, item: Item, target: string | undefined): boolean {
  switch (park.kind) {
    case 'wait':
      return park.id === target && ('event' in item || 'timer' in item);
    case 'sleep':
      return park.id === target && 'timer' in item;
    case 'fetch':
      return park.id === target && ('result' in item || 'chunk' in item);
    case 'topics':
      return park.id === target && 'result' in item;
    case 'stream':
      if ('timer' in item) return park.timer?.id === target;
      return park.id === target && ('chunk' in item || 'result' in item);
    case 'join':
    case 'drain':
      return false;
  }
}

const RANKS = ['start', 'woken', 'refused', 'cancel', 'move', 'event', 'result', 'chunk', 'flushed', 'timer'] as const;
const rankOf = (item: Item): number => RANKS.findIndex((kind) => kind in item);

type Place = { readonly order: number; readonly deadline: number };

/** Where each id is parked: fibres are in order of creation, and each calls once at a time. */
function parksOf({ fibres }: State): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  fibres.forEach(({ park }: Fibre, order) => {
    if (park?.kind === 'stream' && park.timer) places.set(park.timer.id, { order, deadline: park.timer.deadline });
    if (park && 'id' in park) places.set(park.id, { order, deadline: 'deadline' in park ? park.deadline : Infinity });
  });
  return places;
}

function within(item: Item, arrival: number, parks: ReadonlyMap<string, Place>): readonly (number | string)[] {
  if ('timer' in item) return [parks.get(item.timer)?.deadline ?? Infinity, item.timer];
  if ('result' in item) return [parks.get(item.result.commandId)?.order ?? Infinity, arrival];
  if ('chunk' in item) return [parks.get(item.chunk.commandId)?.order ?? Infinity, item.chunk.index];
  return [arrival];
}

function compareKeys(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i], b[i]];
    if (x === undefined || y === undefined || x === y) continue;
    return x < y ? -1 : 1;
  }
  return 0;
}
