import type { Segment } from '../ast';

const KEY_END = /[.[\]]/;

/**
 * `a.b[0]["x y"]` -> ['a', 'b', 0, 'x y']. Used when compiling, and at run time for paths made by nested templates.
 * Quoted or not, what stands in brackets is the key as it is; nothing is trimmed.
 * @returns the path, or a text that says what is wrong with it
 */
export function parsePath(text: string): Segment[] | string {
  if (text === '') return 'the path is empty';
  if (text.startsWith('[')) return 'the path starts with a bracket';
  const path: Segment[] = [];
  let at = 0;
  while (at < text.length) {
    const inBracket = text[at] === '[';
    if (!inBracket && path.length > 0) {
      if (text[at] !== '.') return `a '.' or '[' is missing before '${text.slice(at)}'`;
      at++;
    }
    const found = inBracket ? bracketKey(text, at) : plainKey(text, at);
    if (typeof found === 'string') return found;
    path.push(path.length === 0 ? found.key : toSegment(found.key));
    at = found.end;
  }
  return path;
}

interface Found {
  readonly key: string;
  readonly end: number;
}

function plainKey(text: string, start: number): Found | string {
  const length = text.slice(start).search(KEY_END);
  const end = length < 0 ? text.length : start + length;
  if (end === start)
    return end === text.length ? "the path ends with a '.'" : `a key is missing before '${text.slice(end)}'`;
  if (text[end] === ']') return "a ']' closes nothing";
  return { key: text.slice(start, end), end };
}

function bracketKey(text: string, open: number): Found | string {
  const quote = text[open + 1];
  const quoted = quote === '"' || quote === "'";
  const close = quoted ? text.indexOf(`${quote}]`, open + 2) : text.indexOf(']', open);
  if (close < 0) return "a ']' is missing";
  const key = text.slice(quoted ? open + 2 : open + 1, close);
  if (key === '' && !quoted) return 'a key is missing between the brackets';
  return { key, end: close + (quoted ? 2 : 1) };
}

/** Purely numeric keys become numbers, except when that would change their text (`007`). */
export function toSegment(key: string): Segment {
  const index = Number(key);
  return key !== '' && Number.isSafeInteger(index) && index >= 0 && String(index) === key ? index : key;
}
