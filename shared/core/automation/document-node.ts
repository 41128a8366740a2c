import type { Json } from '../json';
import type { Span } from './source-text';

/** A YAML value with its place. Aliases are already replaced by what they stand for, under the place of the original. */
export type DocNode = ScalarNode | ListNode | MapNode;

interface Placed extends Span {
  /** Null at the top of the automation. */
  parent: DocNode | null;
  /** Key or index under `parent`; absent at the top. */
  key?: string | number;
  /** Where that key is written, for values that are empty and so have no place of their own. */
  readonly keySpan?: Span;
}
export interface ScalarNode extends Placed {
  readonly kind: 'scalar';
  readonly value: null | boolean | number | string;
}
export interface ListNode extends Placed {
  readonly kind: 'list';
  readonly items: DocNode[];
}
export interface MapNode extends Placed {
  readonly kind: 'map';
  readonly entries: MapEntry[];
}
export interface MapEntry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: DocNode;
}

/** Last one under a key; keys are unique in a document without errors. */
export function entryOf(node: MapNode, key: string): MapEntry | undefined {
  return node.entries.find((entry) => entry.key === key);
}

export const isNull = (node: DocNode): boolean => node.kind === 'scalar' && node.value === null;

export const isText = (node: DocNode): node is ScalarNode & { readonly value: string } =>
  node.kind === 'scalar' && typeof node.value === 'string';

/** Place to show: the value, or its key where the value is empty. */
export const spanOf = (node: DocNode): Span => (node.start === node.end && node.keySpan ? node.keySpan : node);

/** Place inside the document, such as `do[2].conditions`; keys that are no plain words are quoted. */
export function pathOf(node: DocNode): string {
  const steps: (string | number)[] = [];
  for (let at: DocNode | null = node; at !== null && at.key !== undefined; at = at.parent) steps.push(at.key);
  return joinPath(steps.reverse());
}

export function joinPath(steps: readonly (string | number)[]): string {
  let path = '';
  for (const step of steps)
    if (typeof step === 'number') path += `[${step}]`;
    else if (/^[\w$-]+$/.test(step)) path += path === '' ? step : `.${step}`;
    else path += `[${JSON.stringify(step)}]`;
  return path;
}

/** The value alone. */
export function toJson(node: DocNode): Json {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(toJson);
  return Object.fromEntries(node.entries.map(({ key, value }) => [key, toJson(value)]));
}

/** "a list", "a text", …: what an author is told they wrote. */
export function kindOf(node: DocNode): string {
  if (node.kind === 'list') return 'a list';
  if (node.kind === 'map') return 'a mapping';
  if (node.value === null) return 'nothing';
  if (typeof node.value === 'string') return 'a text';
  return typeof node.value === 'number' ? 'a number' : `\`${node.value}\``;
}
