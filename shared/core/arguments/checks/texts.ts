import { load } from '../../expression/evaluate/lazy';
import type { Json } from '../../json';
import { formats } from '../formats';
import { refuse, type Check, type Checks } from './check';

/** Characters, not halves of surrogate pairs. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}

export const textChecks: Checks<string> = {
  maxLength(text, here) {
    const limit = here.rule as number;
    return text.length <= limit || lengthOf(text) <= limit || refuse(here, { limit }, tooMany(limit, 'characters'));
  },
  minLength(text, here) {
    const limit = here.rule as number;
    return lengthOf(text) >= limit || refuse(here, { limit }, tooFew(limit, 'characters'));
  },
  pattern(text, here) {
    const pattern = here.rule as string;
    return matchesPattern(pattern, text) || refuse(here, { pattern }, `must match pattern "${pattern}"`);
  },
  format: checkFormat('string'),
};

export const tooMany = (limit: number, what: string): string => `must NOT have more than ${limit} ${what}`;
export const tooFew = (limit: number, what: string): string => `must NOT have fewer than ${limit} ${what}`;

/** Patterns come from users, so they run on the linear-time engine; it is loaded when the first one is met. */
export const matchesPattern = (pattern: string, text: string): boolean => load.regex().testPattern(pattern, '', text);

export function checkFormat<T extends Json>(of: 'string' | 'number'): Check<T> {
  return (value, here) => {
    const name = here.rule as string;
    const format = formats.get(name);
    if (format === undefined || format.of !== of) return true;
    return format.test(value) || refuse(here, { format: name }, `must match format "${name}"`);
  };
}
