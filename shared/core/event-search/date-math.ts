/** Dates as the query language writes them: ISO (also cut short), milliseconds, `now-1d/d`, `2026-03-01||+1M/d`. UTC. */

const UNITS = { y: 'year', M: 'month', w: 'week', d: 'day', h: 'hour', H: 'hour', m: 'minute', s: 'second' } as const;
type Unit = (typeof UNITS)[keyof typeof UNITS];

const MS: { readonly [unit in Unit]?: number } = {
  week: 604_800_000,
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1_000,
};
/** Each part may be left out with all behind it. */
const ISO =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d{2}:?\d{2})?)?)?)?$/;

/**
 * @param roundUp to the last millisecond of what is left open or rounded to, as `gt` and `lte` have it
 * @returns milliseconds; undefined when it is no date
 */
export function parseDateMath(text: string, now: number, roundUp: boolean): number | undefined {
  if (/^-?\d{5,}$/.test(text)) return inRange(Number(text));
  if (text.startsWith('now')) return applyMath(now, text.slice(3), roundUp);
  const bars = text.indexOf('||');
  const date = bars < 0 ? text : text.slice(0, bars);
  // What math is added to begins where it begins; it is the result that is rounded.
  const start = parseIso(date, roundUp && bars < 0);
  return start === undefined || bars < 0 ? start : applyMath(start, text.slice(bars + 2), roundUp);
}

function parseIso(text: string, roundUp: boolean): number | undefined {
  const [whole, y = '', month, d, h, m, s, fraction, zone] = ISO.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const ms = (fraction ?? '').padEnd(3, '0').slice(0, 3);
  const clock = `${y}-${month ?? '01'}-${d ?? '01'}T${h ?? '00'}:${m ?? '00'}:${s ?? '00'}.${ms || '000'}`;
  const time = Date.parse(clock + (zone === undefined ? 'Z' : zone.replace(/^(.\d\d)(\d\d)$/, '$1:$2')));
  if (Number.isNaN(time)) return undefined;
  // `Date.parse` takes the 31st of February for the 3rd of March.
  if (d !== undefined && zone === undefined && new Date(time).getUTCDate() !== Number(d)) return undefined;
  if (!roundUp || fraction !== undefined) return time;
  const open: Unit = s ? 'second' : m ? 'minute' : h ? 'hour' : d ? 'day' : month ? 'month' : 'year';
  return addUnits(time, 1, open) - 1;
}

function applyMath(start: number, math: string, roundUp: boolean): number | undefined {
  let time = start;
  let rest = math;
  while (rest !== '') {
    const [step, sign, count, unit] = /^([+-/])(\d{0,9})([yMwdhHms])/.exec(rest) ?? [];
    if (step === undefined || (sign === '/' && count !== '')) return undefined;
    const name = UNITS[unit as keyof typeof UNITS];
    if (sign === '/') time = roundUp ? addUnits(startOf(time, name), 1, name) - 1 : startOf(time, name);
    else time = addUnits(time, (sign === '-' ? -1 : 1) * (count === '' ? 1 : Number(count)), name);
    rest = rest.slice(step.length);
  }
  return inRange(time);
}

const inRange = (time: number): number | undefined => (Math.abs(time) <= 8.64e15 ? time : undefined);

/** Beginning of the minute, hour, day, week (Monday), month, quarter or year. */
export function startOf(time: number, unit: Unit | 'quarter'): number {
  const date = new Date(time);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  if (unit === 'year') return Date.UTC(year, 0);
  if (unit === 'quarter') return Date.UTC(year, month - (month % 3));
  if (unit === 'month') return Date.UTC(year, month);
  const day = Math.floor(time / 86_400_000);
  // The first of January 1970 was a Thursday.
  if (unit === 'week') return (day - ((((day + 3) % 7) + 7) % 7)) * 86_400_000;
  const length = MS[unit] ?? 1;
  return Math.floor(time / length) * length;
}

export function addUnits(time: number, count: number, unit: Unit | 'quarter'): number {
  const length = MS[unit as Unit];
  if (length !== undefined) return time + count * length;
  const date = new Date(time);
  const months = unit === 'year' ? 12 : unit === 'quarter' ? 3 : 1;
  const wanted = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + count * months);
  // The 31st of January and a month: the last of February.
  const last = new Date(addMonth(wanted) - 86_400_000).getUTCDate();
  return (
    wanted + (Math.min(date.getUTCDate(), last) - 1) * 86_400_000 + (((time % 86_400_000) + 86_400_000) % 86_400_000)
  );
}

const addMonth = (time: number): number => Date.UTC(new Date(time).getUTCFullYear(), new Date(time).getUTCMonth() + 1);
