import type { Value } from '../ast';
import type { Scope } from '../scope';
import { argumentError } from './expression-error';
import { load } from './lazy';
import { parseInstant } from './parse-instant';

/**
 * `date(v)`, `date(v).field`, `date(v, format, lang, tz)`. Fields are UTC, texts are in the zone.
 * @returns milliseconds (NaN for no date), a field (∅ for one that does not exist), or a text: `Invalid Date` for no
 *          date, ∅ for a language or a zone that does not exist
 */
export function date([v, format, lang, zone]: readonly Value[], field: string | undefined, scope: Scope): Value {
  const ms = parseInstant(v);
  if (format === undefined || format === null || format === '') return field === undefined ? ms : fieldOf(ms, field);
  if (typeof format !== 'string') throw argumentError('date', 'a text as format', format);
  if (Number.isNaN(ms)) return 'Invalid Date';
  return load.dates().formatDate(ms, format, lang ?? scope.locale, zone ?? scope.timeZone);
}

function fieldOf(ms: number, field: string): Value {
  const d = new Date(ms);
  switch (field) {
    case 'ts':
      return ms;
    case 'iso':
      return Number.isNaN(ms) ? undefined : d.toISOString();
    case 'year':
      return d.getUTCFullYear();
    case 'month':
      return d.getUTCMonth() + 1;
    case 'date':
      return d.getUTCDate();
    case 'day':
      return d.getUTCDay();
    case 'hour':
      return d.getUTCHours();
    case 'minute':
      return d.getUTCMinutes();
    case 'second':
      return d.getUTCSeconds();
    default:
      return undefined;
  }
}
