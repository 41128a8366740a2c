import { lookup } from 'mime-types';
import type { MimetypeRules } from './dependencies';
import { badUpload } from './refuse';

const MIMETYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,100}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,100}$/;
const UNKNOWN = 'application/octet-stream';

/**
 * The type that a file is kept under. What a client says of it is no proof, so the type that the name's ending stands for
 * must be allowed as well: a page does not pass as a picture where pages are forbidden.
 * @throws InvalidUploadError (400)
 */
export function judgeMimetype(declared: string, name: string, rules: MimetypeRules): string {
  const mimetype = declared.split(';')[0]?.trim().toLowerCase() || UNKNOWN;
  if (!MIMETYPE.test(mimetype))
    throw badUpload(`${name} says no type such as image/png`, { file: name, mimetype: mimetype.slice(0, 100) });
  for (const one of new Set([mimetype, lookup(name) || mimetype]))
    if (!isAllowed(one, rules))
      throw badUpload(`${name} is of the type ${one}, which is not allowed here`, {
        ...{ file: name, mimetype: one },
        allowed: [...rules.allowed],
        ...(rules.forbidden.length > 0 && { forbidden: [...rules.forbidden] }),
      });
  return mimetype;
}

/** Forbidden wins. */
const isAllowed = (mimetype: string, { allowed, forbidden }: MimetypeRules): boolean =>
  allowed.some((pattern) => covers(pattern, mimetype)) && !forbidden.some((pattern) => covers(pattern, mimetype));

function covers(pattern: string, mimetype: string): boolean {
  const [type, subtype] = pattern.split('/');
  const [ofType, ofSubtype] = mimetype.split('/');
  return (type === '*' || type === ofType) && (subtype === '*' || subtype === ofSubtype);
}
