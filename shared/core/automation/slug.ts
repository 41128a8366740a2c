const SLUG = /^[/a-zA-Z0-9 _-]+$/;

/** What may name an automation inside its workspace. */
export const isSlug = (text: string): boolean => SLUG.test(text);

/** What a call may name: `<slug>` or `<instance>.<slug>`. */
export const isCallName = (text: string): boolean => text.split('.').length <= 2 && text.split('.').every(isSlug);

/** `automations/a/b.yml` -> `a/b`; null for a file that holds no automation. */
export function slugOfFile(file: string): string | null {
  const found = /^automations\/(.+)\.ya?ml$/.exec(file)?.[1];
  return found === undefined || found.startsWith('.') || found.startsWith('__') ? null : found;
}
