const MOST_CHARACTERS = 150;
const NAMELESS = 'file';

/** A name as it is shown: its last step only, without control characters, not too long, and never empty. */
export function safeName(given: string): string {
  const last = given.slice(Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')) + 1);
  // Invisible characters would make a name look like another one; half of a pair cannot be put into an address.
  const name = last.normalize('NFC').replace(/\p{C}/gu, '').trim();
  return /^\.*$/.test(name) ? NAMELESS : shortened([...name]);
}

/** The ending stays. */
function shortened(characters: readonly string[]): string {
  if (characters.length <= MOST_CHARACTERS) return characters.join('');
  const dot = characters.lastIndexOf('.');
  const ending = dot > 0 && characters.length - dot <= 20 ? characters.slice(dot) : [];
  return [...characters.slice(0, MOST_CHARACTERS - ending.length), ...ending].join('');
}
