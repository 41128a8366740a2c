/** Names inside app instances. An instance's full slug is dotted, `''` is the root workspace. */

/** Name in the root workspace of what is called `name` inside the instance. */
export const prefixed = (instance: string, name: string): string => (instance === '' ? name : `${instance}.${name}`);

/** Levels below the root: 0 = the root itself. */
export const instanceDepth = (instance: string): number => (instance === '' ? 0 : instance.split('.').length);

/** `nlu.french.parse` -> instance `nlu.french`, slug `parse`: slugs hold no dot. */
export function splitFullSlug(name: string): { readonly instance: string; readonly slug: string } {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? { instance: '', slug: name } : { instance: name.slice(0, dot), slug: name.slice(dot + 1) };
}
