import type { Event } from '../events/event';
import { compareTexts } from './compare-texts';
import { fieldKind, fieldNumbers, fieldValues } from './field-values';
import { LOG_ORDER, type SortKey, type SortValue } from './query';

/** What an event is sorted by: of several values the least when ascending, the greatest when descending. */
export function sortValues(event: Event, position: number, keys: readonly SortKey[]): readonly SortValue[] {
  return keys.map(({ field, descending }) => {
    if (field === LOG_ORDER) return position;
    const kind = fieldKind(field);
    const isNumber = kind === 'date' || kind === 'number';
    const values: readonly (string | number)[] = isNumber ? fieldNumbers(event, field) : fieldValues(event, field);
    return values.reduce<SortValue>(
      (best, value) => (best === null || compareScalars(value, best) * (descending ? -1 : 1) < 0 ? value : best),
      null,
    );
  });
}

/** Order of two events by their sort values. */
export function compareSorted(a: readonly SortValue[], b: readonly SortValue[], keys: readonly SortKey[]): number {
  for (const [i, key] of keys.entries()) {
    const [x = null, y = null] = [a[i], b[i]];
    if (x === null && y === null) continue;
    if (x === null || y === null) return (x === null) === (key.missing === 'last') ? 1 : -1;
    const difference = compareScalars(x, y);
    if (difference !== 0) return key.descending ? -difference : difference;
  }
  return 0;
}

const compareScalars = (a: string | number, b: string | number): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : compareTexts(String(a), String(b));
