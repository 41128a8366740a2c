import {
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  parseDocument,
  type Document,
  type Node,
  type Pair,
} from 'yaml';
import { canonicalJson } from '../canonical-json';
import type { Json, JsonObject } from '../json';
import { isObject } from '../json';

const WRITE = { lineWidth: 0, aliasDuplicateObjects: false } as const;
const READ = {
  version: '1.2',
  schema: 'core',
  resolveKnownTags: false,
  uniqueKeys: false,
  keepSourceTokens: false,
} as const;

/** A document as new YAML text. */
export const toYaml = (value: Json): string => newDocument(value).toString(WRITE);

/**
 * Makes the YAML text say `value`, and leaves what it says already as it is: comments, order, quotes. Items of lists are
 * known by what they hold, so that one that is put in between moves no comment to another.
 *
 * @param text  well-formed YAML; what it cannot be edited into (aliases in the way) is written anew
 */
export function editYaml(text: string, value: JsonObject): string {
  const document = parseDocument(text, READ);
  const usable = document.errors.length === 0 && isMap(document.contents);
  if (!usable) return toYaml(value);
  if (sameAs(document, document.contents, value)) return text;
  const edited = merge(document, document.contents, value);
  if (isNode(edited)) document.contents = edited as never;
  const written = attempt(() => document.toString(WRITE));
  if (written === undefined) return toYaml(value);
  // The proof: an anchor that has gone, a merge that says something else.
  const again = parseDocument(written, READ);
  return again.errors.length === 0 && sameAs(again, again.contents, value) ? written : toYaml(value);
}

function newDocument(value: Json): Document {
  const document = parseDocument('{}', READ);
  document.contents = document.createNode(value, { aliasDuplicateObjects: false }) as never;
  return document as unknown as Document;
}

const attempt = <T>(work: () => T): T | undefined => {
  try {
    return work();
  } catch {
    return undefined;
  }
};

type Doc = Pick<Document, 'createNode'> & { toJS: Document['toJS'] };

/** Aliases count as what they stand for. */
function jsonOf(document: Doc, node: unknown): string | undefined {
  if (!isNode(node)) return node === null || node === undefined ? 'null' : undefined;
  return attempt(() => canonicalJson(plain(node.toJS(document as Document, { maxAliasCount: 100 }) as unknown)));
}

/** As JSON would hold it, so that it can be compared. */
const plain = (value: unknown): Json => (value === undefined ? null : (JSON.parse(JSON.stringify(value)) as Json));

const sameAs = (document: Doc, node: unknown, value: Json): boolean => jsonOf(document, node) === canonicalJson(value);

/** @returns the node to stand in its place: itself, changed, where it can be kept */
function merge(document: Doc, node: unknown, value: Json): Node {
  if (isNode(node) && sameAs(document, node, value)) return node;
  if (isCollection(node)) ownFirstComment(node);
  if (isMap(node) && isObject(value)) {
    mergeMap(document, node.items as Pair[], value);
    return node as Node;
  }
  if (isSeq(node) && Array.isArray(value)) {
    node.items = mergeList(document, node.items, value as readonly Json[]);
    return node as Node;
  }
  const created = document.createNode(value, { aliasDuplicateObjects: false }) as Node;
  if (isNode(node)) keepComments(node, created);
  return created;
}

function mergeMap(document: Doc, items: Pair[], value: JsonObject): void {
  const keyOf = ({ key }: Pair): string => (isScalar(key) ? String(key.value) : String(key));
  const known = new Set<string>();
  for (let at = items.length - 1; at >= 0; at--) {
    const pair = items[at] as Pair;
    const key = keyOf(pair);
    if (known.has(key) || !Object.hasOwn(value, key)) items.splice(at, 1);
    else pair.value = merge(document, pair.value, value[key] as Json);
    known.add(key);
  }
  for (const [key, wanted] of Object.entries(value)) {
    if (items.some((pair) => keyOf(pair) === key)) continue;
    const made = document.createNode({ [key]: wanted } as JsonObject, { aliasDuplicateObjects: false });
    // `__proto__` would vanish in a literal's place: a pair is made of the entries.
    if (isMap(made)) items.push(...(made.items as Pair[]));
  }
}

/** Equal items at both ends stay as they are; between them, as many as there are on both sides are merged one by one. */
function mergeList(document: Doc, items: readonly unknown[], value: readonly Json[]): unknown[] {
  let start = 0;
  while (start < items.length && start < value.length && sameAs(document, items[start], value[start] as Json)) start++;
  let end = 0;
  while (
    end < items.length - start &&
    end < value.length - start &&
    sameAs(document, items[items.length - 1 - end], value[value.length - 1 - end] as Json)
  )
    end++;
  const middle = value
    .slice(start, value.length - end)
    .map((wanted, index) =>
      start + index < items.length - end
        ? merge(document, items[start + index], wanted)
        : document.createNode(wanted, { aliasDuplicateObjects: false }),
    );
  return [...items.slice(0, start), ...middle, ...items.slice(items.length - end)];
}

/** The parser gives what stands above the first item to the list: it has to go where the item goes. */
function ownFirstComment(node: { flow?: boolean; commentBefore?: string | null; items: unknown[] }): void {
  const [item] = node.items;
  const first = isPair(item) ? item.key : item;
  if (node.flow || !node.commentBefore || !isNode(first) || first.commentBefore) return;
  first.commentBefore = node.commentBefore;
  node.commentBefore = null;
}

function keepComments(from: Node, to: Node): void {
  to.commentBefore = from.commentBefore;
  to.spaceBefore = from.spaceBefore;
  // Behind a value that has become a block, it would stand at the block's end.
  if (!isCollection(to)) to.comment = from.comment;
}
