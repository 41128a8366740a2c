/**
 * JSON text of values that several tables of the file hold (an event is in the log and in the history): made once for
 * each object. Values are immutable, so the text stays right.
 */
const texts = new WeakMap<object, string>();

export function jsonText(value: object): string {
  let text = texts.get(value);
  if (text === undefined) texts.set(value, (text = JSON.stringify(value)));
  return text;
}

/** Tells the text of a value that was just read from it. */
export function parsedFrom<T extends object>(text: string): T {
  const value = JSON.parse(text) as T;
  texts.set(value, text);
  return value;
}
