/** How a secret looks inside other texts: as it is, in JSON inside a text, in a URL, in base64. */

/** Shorter ones are found by chance in encoded text. */
const SHORTEST_ENCODED = 8;

/** @returns the secret itself and its other looks, each once */
export function disguisesOf(secret: string): readonly string[] {
  const looks = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(wellFormed(secret))];
  if (secret.length >= SHORTEST_ENCODED) for (const offset of [0, 1, 2]) looks.push(...inBase64(secret, offset));
  return [...new Set(looks)];
}

/** A lone surrogate has no form in a URL. */
const wellFormed = (text: string): string => Buffer.from(text).toString('utf8');

/** What of the base64 text belongs to the secret alone, when so many bytes (mod 3) stand before it. */
function inBase64(secret: string, offset: number): readonly string[] {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
  const from = Math.ceil((offset * 8) / 6);
  const to = Math.floor((bytes.length * 8) / 6);
  return (['base64', 'base64url'] as const).map((encoding) => bytes.toString(encoding).slice(from, to));
}
