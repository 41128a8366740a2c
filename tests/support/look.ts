import { isObject } from '../../shared/core/json';
import type { Looks } from './expectations';

/** What is wrong with a value, in words; empty when it looks as wanted. */
export function complaints(value: unknown, { absent, matches }: Looks): string[] {
  return [
    ...absent
      .filter((path) => valueAt(value, path) !== undefined)
      .map((path) => `${path} is there: ${JSON.stringify(valueAt(value, path))}`),
    ...Object.entries(matches)
      .filter(([path, pattern]) => !new RegExp(pattern).test(textOf(valueAt(value, path))))
      .map(([path, pattern]) => `${path} does not match ${pattern}: ${JSON.stringify(valueAt(value, path))}`),
  ];
}

/** By a dotted path, through lists too; `` is the value itself. */
export const valueAt = (value: unknown, path: string): unknown =>
  path === ''
    ? value
    : path.split('.').reduce<unknown>((inner, name) => {
        if (Array.isArray(inner)) return inner[Number(name)] as unknown;
        return isObject(inner) ? inner[name] : undefined;
      }, value);

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
