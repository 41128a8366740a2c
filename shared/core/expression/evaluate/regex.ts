/** Patterns come from users: they run on an engine whose time is linear in the text, never on JavaScript's own. */
import { RE2JS } from 're2js';
import { boundedCache } from './bounded-cache';
import { expressionError } from './expression-error';

/** `g` and `u` change nothing for a test; the other flags of JavaScript are refused rather than ignored. */
const FLAGS: { readonly [flag: string]: number | undefined } = {
  i: RE2JS.CASE_INSENSITIVE,
  m: RE2JS.MULTILINE,
  s: RE2JS.DOTALL,
  g: 0,
  u: 0,
};
const MAX_PATTERN_LENGTH = 4_096;

/** Keys are `flags/pattern`; a flag is never a slash. */
const compiled = boundedCache(200, (key) => {
  const slash = key.indexOf('/');
  return compile(key.slice(slash + 1), key.slice(0, slash));
});

/** Does the pattern match anywhere in the text? @throws InvalidExpressionSyntax for a bad pattern or flag */
export const testPattern = (pattern: string, flags: string, text: string): boolean =>
  compiled(`${flags}/${pattern}`).test(text);

function compile(pattern: string, flags: string): RE2JS {
  if (pattern.length > MAX_PATTERN_LENGTH)
    throw expressionError('The regular expression is too long', pattern.slice(0, 100));
  let bits = 0;
  for (const flag of flags) {
    const bit = FLAGS[flag];
    if (bit === undefined)
      throw expressionError(`The flag '${flag}' of a regular expression is not supported`, pattern);
    bits |= bit;
  }
  try {
    return RE2JS.compile(RE2JS.translateRegExp(pattern), bits);
  } catch (cause) {
    throw expressionError(`Bad regular expression: ${cause instanceof Error ? cause.message : 'unreadable'}`, pattern);
  }
}
