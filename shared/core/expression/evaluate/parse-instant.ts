import type { Value } from '../ast';

/** Year, month, day, hour, minute, second with fraction, offset; all but the year may be missing. */
const ISO =
  /^([+-]\d{6}|\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)?)?)?)?$/i;
/** A date as HTTP and mail write it; it says its own offset, so every process reads the same instant. */
const WITH_ZONE = /^[A-Za-z]{3}, .*(?:GMT|UTC|[+-]\d{4})$/;

/**
 * ISO 8601 text or milliseconds -> milliseconds since the epoch. A text without an offset is UTC: JavaScript would take
 * the zone of whatever process reads it.
 * @returns NaN for anything else, also for ∅: it never means now
 */
export function parseInstant(v: Value): number {
  if (typeof v === 'number') return new Date(v).getTime();
  if (typeof v !== 'string' || v.length > 64) return NaN;
  const [
    match,
    year,
    month = '01',
    day = '01',
    hour = '00',
    minute = '00',
    second = '00',
    fraction = '',
    offset = 'Z',
  ] = ISO.exec(v) ?? [];
  if (match === undefined) return WITH_ZONE.test(v) ? Date.parse(v) : NaN;
  const ms = `${fraction}000`.slice(0, 3);
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}${normalOffset(offset)}`);
}

/** `z`, `+02`, `+0200` -> `Z`, `+02:00`, `+02:00`. */
function normalOffset(offset: string): string {
  if (offset.length === 1) return 'Z';
  return `${offset.slice(0, 3)}:${offset.length > 3 ? offset.slice(-2) : '00'}`;
}
