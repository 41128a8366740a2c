/** One cron text as sets of numbers; a field that restricts nothing is `any`. Weekdays: 0 is Sunday. */
export interface Cron {
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: readonly number[];
  readonly months: readonly number[];
  readonly weekdays: readonly number[];
}

interface Field {
  readonly name: keyof Cron;
  readonly title: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const SECONDS: Field = { name: 'seconds', title: 'second', min: 0, max: 59 };
const FIELDS: readonly Field[] = [
  { name: 'minutes', title: 'minute', min: 0, max: 59 },
  { name: 'hours', title: 'hour', min: 0, max: 23 },
  { name: 'days', title: 'day of month', min: 1, max: 31 },
  { name: 'months', title: 'month', min: 1, max: 12, names: MONTHS },
  { name: 'weekdays', title: 'day of week', min: 0, max: 7, names: WEEKDAYS },
];

/** Why the text is no schedule, or null when it is one. */
export function cronProblem(text: string): string | null {
  const cron = parseCron(text);
  return typeof cron === 'string' ? cron : null;
}

/** 5 fields, or 6 with seconds in front. @returns what is wrong, as a text, when something is */
export function parseCron(text: string): Cron | string {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== 5 && parts.length !== 6)
    return `it has ${text.trim() === '' ? 0 : parts.length} fields, 5 are needed (6 with seconds in front)`;
  const fields = parts.length === 6 ? [SECONDS, ...FIELDS] : FIELDS;
  const cron: { -readonly [field in keyof Cron]: readonly number[] } = {
    seconds: [0], minutes: [], hours: [], days: [], months: [], weekdays: [],
  }; // prettier-ignore
  for (const [index, field] of fields.entries()) {
    const values = parseField(parts[index] ?? '', field);
    if (typeof values === 'string') return values;
    cron[field.name] = values;
  }
  return neverDue(cron) ?? cron;
}

function parseField(text: string, field: Field): readonly number[] | string {
  const found = new Set<number>();
  for (const item of text.split(',')) {
    const range = parseItem(item, field);
    if (typeof range === 'string') return range;
    for (let n = range.from; n <= range.to; n += range.step) found.add(field.name === 'weekdays' ? n % 7 : n);
  }
  return [...found].sort((a, b) => a - b);
}

/** `*`, `5`, `1-5`, `*` with a step, `10-40/5`, `10/5` (from 10 on), with names where the field has them. */
function parseItem(item: string, field: Field): { from: number; to: number; step: number } | string {
  const [, start, end, stepText] = /^(\*|[a-z0-9]+)(?:-([a-z0-9]+))?(?:\/(\d+))?$/i.exec(item) ?? [];
  if (start === undefined || (start === '*' && end !== undefined))
    return `\`${item}\` cannot stand in the field ${field.title}`;
  const step = stepText === undefined ? 1 : Number(stepText);
  if (step < 1 || step > 100) return `a step of ${step} cannot stand in the field ${field.title}`;
  const from = start === '*' ? field.min : parseNumber(start, field);
  // 7 is Sunday again, so `*` stops at 6.
  const last = field.name === 'weekdays' ? 6 : field.max;
  const to = end !== undefined ? parseNumber(end, field) : start === '*' || stepText !== undefined ? last : from;
  if (from === null || to === null)
    return `\`${item}\` is out of range in the field ${field.title} (${field.min}-${field.max})`;
  return from > to ? `the range \`${item}\` goes backwards in the field ${field.title}` : { from, to, step };
}

function parseNumber(text: string, field: Field): number | null {
  const named = field.names?.indexOf(text.toLowerCase()) ?? -1;
  if (named !== -1) return named + field.min;
  const value = /^\d{1,2}$/.test(text) ? Number(text) : NaN;
  return value >= field.min && value <= field.max ? value : null;
}

/** `30 2 31 2 *`: right in each field, and on no day of any year. */
function neverDue({ days, months, weekdays }: Cron): string | null {
  if (weekdays.length < 7) return null;
  const lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  const possible = months.some((month) => (days[0] ?? 1) <= (lengths[month - 1] ?? 31));
  return possible ? null : 'no year has such a day';
}
