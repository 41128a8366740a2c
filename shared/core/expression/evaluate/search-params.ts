/** Query strings (application/x-www-form-urlencoded), written out because core knows no platform's `URLSearchParams`. */
import type { Value } from '../ast';
import { toJsText } from './coerce';

type Pair = readonly [string, string];

/** `URLSearchParams(x).asString | .asJSON`. @returns undefined for another field, or an `x` that has no such form */
export function urlSearchParams(x: Value, field: string | undefined): Value {
  if (field === 'asJSON') return typeof x === 'string' ? Object.fromEntries(parseQuery(x)) : undefined;
  if (field !== 'asString') return undefined;
  return pairsOf(x)?.map(writePair).join('&');
}

function pairsOf(x: Value): readonly Pair[] | undefined {
  if (x === undefined) return [];
  if (typeof x === 'string') return parseQuery(x);
  if (typeof x !== 'object' || x === null) return undefined;
  if (Array.isArray(x)) {
    const isPair = (item: Value): boolean => Array.isArray(item) && item.length === 2;
    return x.every(isPair) ? x.map((pair) => [toJsText(pair[0]), toJsText(pair[1])]) : undefined;
  }
  const present = Object.entries(x).filter(([, value]) => value !== undefined);
  return present.map(([key, value]) => [key, toJsText(value)]);
}

const writePair = ([key, value]: Pair): string => `${encode(key)}=${encode(value)}`;

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

const encode = (text: string): string =>
  encodeURIComponent(text.replace(LONE_SURROGATE, '\uFFFD'))
    .replace(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%20/g, '+');

export function parseQuery(query: string): Pair[] {
  const pairs = query.replace(/^\?/, '').split('&').filter(Boolean);
  return pairs.map((pair) => {
    const equals = pair.indexOf('=');
    return equals < 0 ? [decode(pair), ''] : [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
  });
}

const decode = (text: string): string => text.replace(/\+/g, ' ').replace(/(?:%[0-9a-fA-F]{2})+/g, decodeRun);

/** `%XX%XX…` as UTF-8; what is none becomes U+FFFD, byte by byte. */
function decodeRun(run: string): string {
  const whole = tryDecode(run);
  if (whole !== undefined) return whole;
  let text = '';
  for (let at = 0; at < run.length;) {
    const end = [12, 9, 6, 3]
      .map((n) => at + n)
      .find((n) => n <= run.length && tryDecode(run.slice(at, n)) !== undefined);
    text += end === undefined ? '\uFFFD' : (tryDecode(run.slice(at, end)) ?? '');
    at = end ?? at + 3;
  }
  return text;
}

function tryDecode(run: string): string | undefined {
  try {
    return decodeURIComponent(run);
  } catch {
    return undefined;
  }
}
