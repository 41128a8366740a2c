import { setImmediate } from 'node:timers/promises';
import { collectAggregations } from '../../core/event-search/aggregate';
import { matches } from '../../core/event-search/matches';
import { LOG_ORDER, type Found, type Search, type SortValue } from '../../core/event-search/query';
import { compareSorted, sortValues } from '../../core/event-search/sort';
import { fail } from '../../core/errors/errors';
import type { Event } from '../../core/events/event';
import { mayRead, type Reader } from '../../core/events/read-rights';
import { parsedFrom } from '../sqlite/json-text';
import { mergeLanes } from './lanes';
import type { PlannedScan } from './plan';

/** The thread serves others after this long. */
const SLICE_MS = 5;

export interface ScanOptions {
  readonly reader?: Reader;
  /** Work that a search may take, not counting what others do meanwhile (ELASTIC_SEARCH_TIMEOUT). */
  readonly timeoutMs: number;
}

interface Hit {
  readonly values: readonly SortValue[];
  readonly position: number;
  readonly event: Event;
}

/**
 * Reads what the lanes give, little by little, and judges each event: right first, then query.
 * @throws SearchError when it would take too long
 */
export async function scan(plan: PlannedScan, search: Search, options: ScanOptions): Promise<Found<Event>> {
  const { sort, countTo } = search;
  const collector = collectAggregations(search.aggregations);
  const hits = new Hits(search, isInLaneOrder(plan, search));
  const isComplete = (): boolean => hits.isFull && total >= countTo && Object.keys(search.aggregations).length === 0;
  const clock = workClock(options.timeoutMs);
  let total = 0;
  for (const row of mergeLanes(plan.lanes, plan.descending)) {
    if (clock.isSliceOver()) await clock.pause();
    const event = parsedFrom<Event>(row.event);
    if (options.reader && !mayRead(event, options.reader)) continue;
    if (!matches(event, search.query)) continue;
    total++;
    collector.add(event);
    if (!hits.isFull) hits.add({ event, position: row.position, values: sortValues(event, row.position, sort) });
    if (isComplete()) break;
  }
  const page = hits.page();
  return {
    total: countTo === 0 ? page.length : Math.min(total, countTo),
    hits: page.map(({ event }) => event),
    aggregations: collector.result(),
    ...(page.length > 0 && { last: page[page.length - 1]?.values }),
  };
}

/** Rows come sorted already, so that the first hits are the wanted ones. */
const isInLaneOrder = ({ descending, lanes }: PlannedScan, { sort }: Search): boolean =>
  lanes.length === 0 ||
  (sort.every((key) => key.descending === descending) &&
    sort[sort.length - 1]?.field === LOG_ORDER &&
    (sort.length === 1 || (sort.length === 2 && sort[0]?.field === 'createdAt')));

/** The best hits so far, in order. */
class Hits {
  private readonly best: Hit[] = [];
  private readonly most: number;
  constructor(
    private readonly search: Search,
    private readonly inOrder: boolean,
  ) {
    this.most = search.from + search.size;
  }

  /** Nothing that comes can be better. */
  get isFull(): boolean {
    return (this.inOrder && this.best.length >= this.most) || this.most === 0;
  }

  /** Only while they are not full. */
  add(hit: Hit): void {
    const { sort, after } = this.search;
    if (after && compareSorted(hit.values, after, sort) <= 0) return;
    const last = this.best[this.best.length - 1];
    if (this.best.length >= this.most) {
      if (last && compareSorted(hit.values, last.values, sort) >= 0) return;
      this.best.pop();
    }
    this.best.splice(this.inOrder ? this.best.length : this.place(hit), 0, hit);
  }

  page(): readonly Hit[] {
    return this.best.slice(this.search.from);
  }

  private place(hit: Hit): number {
    let low = 0;
    let high = this.best.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.best[middle];
      if (other && compareSorted(other.values, hit.values, this.search.sort) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function workClock(timeoutMs: number) {
  let began = performance.now();
  let worked = 0;
  return {
    isSliceOver: () => performance.now() - began > SLICE_MS,
    async pause() {
      worked += performance.now() - began;
      if (worked > timeoutMs)
        throw fail('SearchError', 'The search takes too long: narrow it by types, dates or source.correlationId', {
          reason: 'TooExpensive',
          timeoutMs,
        });
      await setImmediate();
      began = performance.now();
    },
  };
}
