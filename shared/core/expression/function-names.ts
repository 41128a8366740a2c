/** The functions of expressions. Case counts. */
export const FUNCTION_NAMES = [
  'date',
  'round',
  'floor',
  'ceil',
  'rand',
  'split',
  'join',
  'replace',
  'slice',
  'json',
  'isArray',
  'isObject',
  'URLSearchParams',
  'jsonmatch',
] as const;

export type FunctionName = (typeof FUNCTION_NAMES)[number];

const names: ReadonlySet<string> = new Set(FUNCTION_NAMES);
export const isFunctionName = (name: string): name is FunctionName => names.has(name);
