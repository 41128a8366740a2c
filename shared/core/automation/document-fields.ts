import { entryOf, isNull, isText, kindOf, type DocNode, type MapNode } from './document-node';
import { didYouMean } from './nearest-name';
import type { Reporter } from './reporter';

/** Reports every key that the mapping may not have. */
export function checkKeys(node: MapNode, known: readonly string[], what: string, reporter: Reporter): void {
  for (const { key, keySpan, value } of node.entries) {
    if (known.includes(key)) continue;
    const hint = didYouMean(key, known) ?? `fields: ${known.join(', ')}`;
    reporter.report(
      'FIELD_UNKNOWN',
      { ...value, start: keySpan.start, end: keySpan.end },
      `${what} has no field \`${key}\``,
      hint,
    );
  }
}

/** The value under a key; absent where it is missing or null. */
export function valueOf(node: MapNode, key: string): DocNode | undefined {
  const value = entryOf(node, key)?.value;
  return value === undefined || isNull(value) ? undefined : value;
}

export function expectText(node: DocNode, what: string, reporter: Reporter): string | undefined {
  if (isText(node)) return node.value;
  const hint = node.kind === 'scalar' && node.value !== null ? 'put it in quotes' : undefined;
  reporter.report('FIELD_TYPE', node, `${what} must be a text, not ${kindOf(node)}`, hint);
  return undefined;
}

export function expectBoolean(node: DocNode | undefined, what: string, reporter: Reporter): boolean {
  if (node === undefined) return false;
  if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value;
  const hint =
    isText(node) && /^(yes|no|on|off)$/i.test(node.value) ? 'YAML 1.2 knows `true` and `false` only' : undefined;
  reporter.report('FIELD_TYPE', node, `${what} must be true or false, not ${kindOf(node)}`, hint);
  return false;
}

/** A list of texts with the place of each; a wrong item is reported and left out. */
export function expectTexts(
  node: DocNode | undefined,
  what: string,
  reporter: Reporter,
): { readonly text: string; readonly node: DocNode }[] {
  if (node === undefined) return [];
  if (node.kind !== 'list') {
    reporter.report(
      'FIELD_TYPE',
      node,
      `${what} must be a list, not ${kindOf(node)}`,
      isText(node) ? `write [${node.value}]` : undefined,
    );
    return [];
  }
  return node.items.flatMap((item) => {
    const text = expectText(item, `Each item of ${what}`, reporter);
    return text === undefined ? [] : [{ text, node: item }];
  });
}

export function expectMap(node: DocNode | undefined, what: string, reporter: Reporter): MapNode | undefined {
  if (node === undefined || node.kind === 'map') return node;
  reporter.report('FIELD_TYPE', node, `${what} must be a mapping, not ${kindOf(node)}`);
  return undefined;
}

/** A text, or one by language. */
export function expectLocalized(node: DocNode, what: string, reporter: Reporter): void {
  if (node.kind !== 'map') expectText(node, what, reporter);
  else for (const { key, value } of node.entries) expectText(value, `${what} in \`${key}\``, reporter);
}
