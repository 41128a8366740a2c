import type { Event } from '../events/event';
import type { Json } from '../json';
import { textsBelow } from './field-values';

/** Words of a text: runs of letters and digits, without case and accents. */
export const wordsOf = (text: string): readonly string[] =>
  text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .match(/[\p{L}\p{N}\p{Co}]+/gu) ?? [];

/** What a text search looks through: the values of an event, not the names of its fields. */
export const searchedTexts = (event: Event): Iterable<string> => textsBelow(event as unknown as Json);

/** Do these words stand side by side in the text? */
export function holdsWords(text: string, words: readonly string[], isPrefix: boolean): boolean {
  const found = wordsOf(text);
  const last = words.length - 1;
  return found.some((_, start) =>
    words.every((word, i) => {
      const at = found[start + i];
      return at !== undefined && (isPrefix && i === last ? at.startsWith(word) : at === word);
    }),
  );
}
