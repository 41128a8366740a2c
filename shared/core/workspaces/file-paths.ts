import { isSlug } from '../automation/slug';

/** Folders of a workspace with a file for each thing, named by its slug. */
export const PART_FOLDERS = ['automations', 'imports', 'pages'] as const;
export type PartFolder = (typeof PART_FOLDERS)[number];

/** Names of one step of a path: what a file system of any kind can hold, and no `.` or `..`. */
const STEP = /^[\w-](?:[\w -]*[\w-])?$/;
const MAX_STEPS = 6;
const MAX_STEP_LENGTH = 200;

/**
 * `a/b` -> `automations/a/b.yml`; null for what is no slug, or none that can name a file: an empty step, a blank at an
 * end of one, two underscores in front (those are the platform's own).
 */
export function fileOfSlug(folder: PartFolder, slug: string): string | null {
  const path = `${folder}/${slug}.yml`;
  return isSlug(slug) && isWorkspacePath(path) ? path : null;
}

/** May a workspace hold a file at this path? Anything else is neither read, written, imported nor exported. */
export function isWorkspacePath(path: string): boolean {
  if (/^(index|security|\.import)\.ya?ml$/.test(path)) return true;
  const [, folder, rest] = /^([a-z]+)\/(.+)\.ya?ml$/.exec(path) ?? [];
  if (rest === undefined || !PART_FOLDERS.some((known) => known === folder)) return false;
  const steps = rest.split('/');
  return (
    steps.length <= MAX_STEPS &&
    steps.every((step) => step.length <= MAX_STEP_LENGTH && STEP.test(step) && !step.startsWith('__'))
  );
}

/** `automations/a/b.yml` -> `{folder: 'automations', slug: 'a/b'}`. */
export function partOfFile(path: string): { readonly folder: PartFolder; readonly slug: string } | null {
  const [, folder, slug] = /^([a-z]+)\/(.+)\.ya?ml$/.exec(path) ?? [];
  const known = PART_FOLDERS.find((one) => one === folder);
  return known && slug !== undefined && isWorkspacePath(path) ? { folder: known, slug } : null;
}
