import { fail } from '../shared/core/errors/errors';

/** Variables of the environment. Empty ones count as not given. */
export type Env = { readonly [name: string]: string | undefined };

export function integer(
  env: Env,
  names: readonly string[],
  standard: number,
  range: readonly [number, number],
): number {
  const name = names.find((candidate) => env[candidate]);
  return name === undefined ? standard : wholeNumber(name, env[name] ?? '', range);
}

export function optional(env: Env, name: string, range: readonly [number, number]): number | null {
  const text = env[name];
  return text ? wholeNumber(name, text, range) : null;
}

export function wholeNumber(name: string, text: string, [least, most]: readonly [number, number]): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw fail('ConfigurationError', `${name}=${text}: give a whole number from ${least} to ${most}`, {
      setting: name,
      value: text,
    });
  return value;
}

export function choice<T extends string>(env: Env, name: string, allowed: readonly T[], standard: T): T {
  const text = env[name];
  if (!text) return standard;
  const found = allowed.find((one) => one === text);
  if (found === undefined)
    throw fail('ConfigurationError', `${name}=${text}: give one of ${allowed.join(', ')}`, {
      setting: name,
      value: text,
    });
  return found;
}
