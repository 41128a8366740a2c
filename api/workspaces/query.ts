import type { HttpRequest } from '../http/contract';

/** The last of repeated ones. */
export function queryText({ query }: Pick<HttpRequest, 'query'>, name: string): string | undefined {
  const value = query[name];
  return typeof value === 'object' ? value.at(-1) : value;
}

export const isStrict = (request: Pick<HttpRequest, 'query'>): boolean =>
  /^(true|1|yes)$/.test(String(queryText(request, 'strict') ?? ''));

/** Parts of a list separated by commas. */
export const queryList = (request: Pick<HttpRequest, 'query'>, name: string): readonly string[] | undefined =>
  queryText(request, name)
    ?.split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');

export function queryNumber(
  request: Pick<HttpRequest, 'query'>,
  name: string,
  { standard, most }: { readonly standard: number; readonly most: number },
): number {
  const value = Number(queryText(request, name) ?? standard);
  return Number.isInteger(value) && value >= 0 ? Math.min(value, most) : standard;
}
