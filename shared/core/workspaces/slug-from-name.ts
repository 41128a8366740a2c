/** Longest slug that is made of a name. */
const MOST = 20;

/** `Déjà vu!` -> `Deja vu`; '' where nothing of the name can stand in a slug. */
export const automationSlug = (name: string): string =>
  plain(name)
    .replace(/[^a-zA-Z0-9 _-]/g, '')
    .trim()
    .slice(0, MOST)
    .trim();

/** `Ada's Shop` -> `adas-shop`. */
export const workspaceSlug = (name: string): string =>
  plain(name)
    .toLowerCase()
    .replace(/['’]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 2 * MOST)
    .replace(/^-+|-+$/g, '');

const plain = (name: string): string => name.normalize('NFD').replace(/\p{M}/gu, '');

/** The slug itself, or the first of `slug-1`, `slug-2`, … that is not taken. */
export function freeSlug(slug: string, isTaken: (slug: string) => boolean): string {
  if (!isTaken(slug)) return slug;
  for (let n = 1; ; n++) if (!isTaken(`${slug}-${n}`)) return `${slug}-${n}`;
}

/** Of a display name that is a text, or one by language. */
export function firstName(name: unknown): string {
  if (typeof name === 'string') return name;
  const first: unknown = typeof name === 'object' && name !== null ? Object.values(name)[0] : undefined;
  return typeof first === 'string' ? first : '';
}
