import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar } from 'yaml';
import { joinPath, type DocNode, type ListNode, type MapEntry, type MapNode } from '../document-node';
import type { Reporter } from '../reporter';
import type { SourceText, Span } from '../source-text';
import { MAX_DEPTH } from './check-depth';

/** Values that aliases may add to a document: what a person writes needs some, an alias bomb millions. */
export const MAX_ALIASED_NODES = 10_000;

interface Parent {
  readonly parent: DocNode | null;
  readonly key?: string | number;
  readonly keySpan?: Span;
}

/** The library's tree -> ours: aliases replaced, keys as texts, each once, values as JSON. */
export function toDocNode(contents: Node | null, source: SourceText, reporter: Reporter): DocNode {
  return new Converter(source, reporter).convert(contents, { parent: null }, 0);
}

/** What is wrong, and what to do about it. */
type Words = readonly [message: string, hint?: string];

class Converter {
  private readonly anchors = new Map<string, Node>();
  private readonly open = new Set<Node>();
  private aliasDepth = 0;
  private aliased = 0;

  constructor(
    private readonly source: SourceText,
    private readonly reporter: Reporter,
  ) {}

  convert(node: Node | null, at: Parent, depth: number): DocNode {
    if (node === null) return this.nothing(at);
    if (this.aliasDepth > 0 && !this.mayExpand(node, at)) return this.nothing(at);
    if (depth > MAX_DEPTH) {
      this.report('YAML_TOO_DEEP', node, at, ['Values are nested more than 100 deep']);
      return this.nothing(at);
    }
    if (isAlias(node)) return this.convertAlias(node, at, depth);
    if ('anchor' in node && typeof node.anchor === 'string' && this.aliasDepth === 0)
      this.anchors.set(node.anchor, node);
    if (isScalar(node)) return this.convertScalar(node, at);
    this.open.add(node);
    const converted = isMap(node)
      ? this.convertMap(node, at, depth)
      : isSeq(node)
        ? this.convertList(node, at, depth)
        : this.nothing(at);
    this.open.delete(node);
    return converted;
  }

  private convertAlias(node: Node & { source: string }, at: Parent, depth: number): DocNode {
    const target = this.anchors.get(node.source);
    if (target === undefined || this.open.has(target)) {
      const message = target
        ? `The alias *${node.source} contains itself`
        : `No anchor &${node.source} stands before this alias`;
      const hint = target ? undefined : 'quote the text if it is no alias';
      this.report('YAML_ALIAS', node, at, [message, hint]);
      return this.nothing(at);
    }
    this.aliasDepth++;
    const converted = this.convert(target, at, depth);
    this.aliasDepth--;
    return converted;
  }

  private mayExpand(node: Node, at: Parent): boolean {
    if (++this.aliased <= MAX_ALIASED_NODES) return true;
    if (this.aliased === MAX_ALIASED_NODES + 1)
      this.report('YAML_ALIAS_LIMIT', node, at, [
        'Aliases (*name) repeat more than 10,000 values',
        'write less by aliases',
      ]);
    return false;
  }

  private convertScalar(node: Scalar, at: Parent): DocNode {
    const span = spanOf(node);
    const { value } = node;
    if (typeof value === 'number') {
      if (!Number.isFinite(value))
        this.report('YAML_NUMBER', node, at, ['Not a number that JSON can hold', 'quote it to make it a text']);
      else if (Number.isInteger(value) && !Number.isSafeInteger(value) && /^[-+]?\d+$/.test(node.source ?? ''))
        this.report('NUMBER_ROUNDED', node, at, [`The number is rounded to ${value}`, 'quote it to keep all digits']);
      return { kind: 'scalar', value: Number.isFinite(value) ? value : null, ...span, ...at };
    }
    const known = value === null || typeof value === 'boolean' || typeof value === 'string';
    return { kind: 'scalar', value: known ? value : String(value), ...span, ...at };
  }

  private convertList(node: Node & { items: unknown[] }, at: Parent, depth: number): DocNode {
    const list: ListNode = { kind: 'list', items: [], ...spanOf(node), ...at };
    node.items.forEach((item, index) =>
      list.items.push(this.convert(item as Node | null, { parent: list, key: index }, depth + 1)),
    );
    return list;
  }

  private convertMap(node: Node & { items: Pair[] }, at: Parent, depth: number): DocNode {
    const map: MapNode = { kind: 'map', entries: [], ...spanOf(node), ...at };
    const seen = new Set<string>();
    for (const pair of node.items) {
      const entry = this.convertEntry(pair, map, depth);
      if (entry === null) continue;
      if (seen.has(entry.key))
        this.reportAt('YAML_DUPLICATE_KEY', entry, map, [`The key \`${entry.key}\` stands twice in this mapping`]);
      else map.entries.push(entry);
      seen.add(entry.key);
    }
    return map;
  }

  private convertEntry(pair: Pair, map: MapNode, depth: number): MapEntry | null {
    let keyNode = pair.key as Node | null;
    if (isAlias(keyNode)) keyNode = this.anchors.get(keyNode.source) ?? keyNode;
    if (keyNode !== null && !isScalar(keyNode)) return this.refuseKey(keyNode, map);
    const keySpan = keyNode ? spanOf(pair.key as Node) : { start: map.start, end: map.start };
    const key = keyNode === null || keyNode.value === null ? '' : String(keyNode.value);
    if (key === '<<' && keyNode?.type === 'PLAIN')
      this.reportAt('YAML_MERGE_KEY', { key, keySpan }, map, [
        'Merge keys (<<) are no part of YAML 1.2',
        'write the fields out, or quote the key',
      ]);
    return { key, keySpan, value: this.convert(pair.value as Node | null, { parent: map, key, keySpan }, depth + 1) };
  }

  /** `{{a}}` without quotes is a mapping whose key is a mapping: by far the most frequent reason. */
  private refuseKey(key: Node, map: MapNode): null {
    const span = spanOf(key);
    const where = { parent: map.parent, key: map.key };
    if (this.source.text.startsWith('{{', span.start - 1) || this.source.text.startsWith('{{', span.start))
      this.report('YAML_UNQUOTED_TEMPLATE', key, where, [
        'A text that starts with {{ needs quotes',
        'write "{{…}}" with quotes around it',
      ]);
    else this.report('YAML_KEY', key, where, ['A key must be a text', 'quote the key']);
    return null;
  }

  private nothing(at: Parent): DocNode {
    const start = at.keySpan?.start ?? 0;
    return { kind: 'scalar', value: null, start, end: start, ...at };
  }

  private report(code: Parameters<Reporter['report']>[0], node: Node, at: Parent, [message, hint]: Words): void {
    const path = at.parent && at.key !== undefined ? joinPath([...steps(at.parent), at.key]) : '';
    this.reporter.report(code, { span: spanOf(node), path }, message, hint);
  }

  private reportAt(
    code: Parameters<Reporter['report']>[0],
    entry: { key: string; keySpan: Span },
    map: MapNode,
    [message, hint]: Words,
  ): void {
    this.reporter.report(code, { span: entry.keySpan, path: joinPath([...steps(map), entry.key]) }, message, hint);
  }
}

function steps(node: DocNode): (string | number)[] {
  const found: (string | number)[] = [];
  for (let at: DocNode | null = node; at !== null && at.key !== undefined; at = at.parent) found.push(at.key);
  return found.reverse();
}

const spanOf = (node: Node): Span => ({ start: node.range?.[0] ?? 0, end: node.range?.[1] ?? 0 });
