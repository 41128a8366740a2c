import type { Value } from '../ast';
import { joinTexts } from './coerce';
import { argumentError, expressionError } from './expression-error';

type Args = readonly Value[];

function text(call: string, v: Value): string {
  if (typeof v !== 'string') throw argumentError(call, 'a text', v);
  return v;
}

export const split = ([whole, separator]: Args): string[] => text('split', whole).split(text('split', separator));

export function join([list, separator]: Args): string {
  if (!Array.isArray(list)) throw argumentError('join', 'a list', list);
  return joinTexts(list as Value[], text('join', separator));
}

/** The first literal occurrence. Patterns such as `$&` are active in `by`, as in JavaScript. */
export const replace = ([whole, what, by]: Args): string =>
  text('replace', whole).replace(text('replace', what), text('replace', by));

/** Of a list or a text; negative positions count from the end. */
export function slice([whole, start, end]: Args): Value {
  if (typeof whole !== 'string' && !Array.isArray(whole)) throw argumentError('slice', 'a list or a text', whole);
  if (typeof start !== 'number') throw argumentError('slice', 'a number as start', start);
  if (end !== undefined && end !== null && typeof end !== 'number')
    throw argumentError('slice', 'a number as end', end);
  return whole.slice(start, end ?? undefined);
}

/** A text is read as JSON, anything else is written as JSON. */
export function json([v]: Args): Value {
  if (v === undefined) return undefined;
  try {
    return typeof v === 'string' ? (JSON.parse(v) as Value) : JSON.stringify(v);
  } catch {
    throw expressionError(
      typeof v === 'string' ? 'json: the text is not JSON' : 'json: the value cannot be JSON',
      'json',
    );
  }
}
