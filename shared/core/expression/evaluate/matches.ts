import type { Value } from '../ast';
import { toJsText } from './coerce';
import { load } from './lazy';

/**
 * `value matches pattern`: unanchored, case-sensitive. A list of patterns: does one match? ∅ and null match nothing.
 * @throws InvalidExpressionSyntax for a pattern that is none
 */
export function matches(value: Value, pattern: Value): boolean {
  const text = toJsText(value);
  if (!Array.isArray(pattern)) return matchesOne(text, pattern as Value);
  let found = false;
  for (const one of pattern as Value[]) found = matchesOne(text, one) || found;
  return found;
}

const matchesOne = (text: string, pattern: Value): boolean =>
  pattern !== undefined && pattern !== null && load.regex().testPattern(toJsText(pattern), '', text);

/** What stands in `regex(…)`: a pattern, or `/pattern/flags`. A path such as `/usr/bin` ends in no flags. */
export function matchesRegexLiteral(text: string, literal: string): boolean {
  const end = literal.startsWith('/') ? literal.lastIndexOf('/') : 0;
  const flags = literal.slice(end + 1);
  if (end > 0 && /^[dgimsuvy]*$/.test(flags)) return load.regex().testPattern(literal.slice(1, end), flags, text);
  return load.regex().testPattern(literal, '', text);
}
