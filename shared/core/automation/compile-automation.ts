import { canonicalJson } from '../canonical-json';
import { sha256Hex } from '../hash';
import type { Digest, Json, JsonObject, Value } from '../json';
import { authorizationsFields, automationFields } from './automation-fields';
import { compileArguments, compileSecretArguments } from './compile-arguments';
import { compileBody, type Body } from './compile-body';
import { templateOf } from './compile-value';
import { compileWhen } from './compile-when';
import type { CompiledAutomation } from './compiled';
import type { Diagnostic } from './diagnostic';
import { isNull, kindOf, toJson, type DocNode, type MapNode } from './document-node';
import {
  checkKeys,
  expectBoolean,
  expectLocalized,
  expectMap,
  expectText,
  expectTexts,
  valueOf,
} from './document-fields';
import { IR_VERSION, type Program } from './program';
import { byPlace, createReporter, type Reporter } from './reporter';
import { isSlug } from './slug';
import { sourceText } from './source-text';
import { parseDocument } from './yaml/parse-document';

const FIELDS = Object.keys(automationFields);

export interface CompileInput {
  /** Path inside the workspace, such as `automations/hello.yml`. */
  readonly file: string;
  /** Slug that the file's name gives; a single top-level key around the automation wins over it. */
  readonly slug: string;
  readonly text: string;
  /** Our own instructions (`try`, `sleep`, `run`) that an automation of the same workspace has the name of. */
  readonly shadowed?: ReadonlySet<string>;
}

export interface CompileResult {
  /** Absent where the text is too broken to make a program of; then at least one diagnostic says why. */
  readonly automation?: CompiledAutomation;
  readonly sourceDigest: Digest;
  /** In the order of the text. */
  readonly diagnostics: readonly Diagnostic[];
  /** Which of `try`, `sleep`, `run` it uses: only these can be shadowed. */
  readonly ownInstructions: readonly string[];
}

export const sourceDigestOf = (text: string): Digest => `s:${sha256Hex(text)}`;
export const programDigestOf = (program: Program): Digest =>
  `p:${sha256Hex(canonicalJson(program as unknown as Value))}`;

/**
 * YAML text -> program, source map, triggers. Never throws on what an author wrote: all problems are in `diagnostics`,
 * and a flawed instruction becomes one that raises its documented error when it is reached.
 */
export function compileAutomation(input: CompileInput): CompileResult {
  const sourceDigest = sourceDigestOf(input.text);
  const reporter = createReporter(input.file, sourceText(input.text));
  const root = parseDocument(reporter.source, reporter);
  const found = root && findAutomation(root, input.slug, reporter);
  const compiled = found && compileDocument(found.node, found.slug, input.shadowed ?? new Set(), reporter);
  const diagnostics = reporter.diagnostics.sort(byPlace);
  if (!compiled) return { sourceDigest, diagnostics, ownInstructions: [] };
  const { ownInstructions, ...parts } = compiled;
  return { automation: { ...parts, sourceDigest, diagnostics }, sourceDigest, diagnostics, ownInstructions };
}

/** The document itself, or what stands below its only key, which then is the slug. */
function findAutomation(root: DocNode, fileSlug: string, reporter: Reporter): { node: MapNode; slug: string } | null {
  if (root.kind !== 'map') {
    const what = isNull(root) ? 'The file is empty' : `An automation is a mapping, not ${kindOf(root)}`;
    reporter.report('DOCUMENT_SHAPE', root, what, 'give at least `name` and `do`');
    return null;
  }
  const [only, second] = root.entries;
  const wrapped = only && !second && !FIELDS.includes(only.key) && only.value.kind === 'map' ? only : undefined;
  const slug = wrapped?.key ?? fileSlug;
  if (!isSlug(slug)) {
    const where = { span: wrapped?.keySpan ?? { start: 0, end: 1 }, path: '' };
    reporter.report('SLUG_INVALID', where, `\`${slug}\` cannot be a slug`, 'letters, digits, blank, `/`, `_` and `-`');
    return null;
  }
  if (wrapped?.value.kind !== 'map') return { node: root, slug };
  // Paths in diagnostics start inside the automation. Its children look upwards no further than here.
  const node = wrapped.value;
  node.parent = null;
  delete node.key;
  return { node, slug };
}

type Parts = Omit<CompiledAutomation, 'sourceDigest' | 'diagnostics'> & Pick<Body, 'ownInstructions'>;

function compileDocument(node: MapNode, slug: string, shadowed: ReadonlySet<string>, reporter: Reporter): Parts {
  checkKeys(node, FIELDS, 'An automation', reporter);
  const name = compileName(node, slug, reporter);
  const description = valueOf(node, 'description');
  if (description) expectLocalized(description, '`description`', reporter);
  checkSlugField(node, slug, reporter);
  const triggers = compileWhen(valueOf(node, 'when'), slug, reporter);
  const body = compileBody(doOf(node, reporter), reporter, shadowed);
  const labels = expectTexts(valueOf(node, 'labels'), '`labels`', reporter).map(({ text }) => text);
  const program = buildProgram(node, slug, body, reporter);
  return {
    slug,
    program,
    programDigest: programDigestOf(program),
    sourceMap: body.sourceMap,
    triggers,
    name,
    ...(description && { description: toJson(description) }),
    labels,
    calls: body.calls,
    emits: body.emits,
    ownInstructions: body.ownInstructions,
  };
}

function compileName(node: MapNode, slug: string, reporter: Reporter): Json {
  const name = valueOf(node, 'name');
  const at = { span: node.keySpan ?? { start: node.start, end: node.start + 1 }, path: 'name' };
  if (name === undefined) {
    reporter.report('FIELD_MISSING', at, 'An automation needs a `name`', `write \`name: ${slug}\``);
    return slug;
  }
  expectLocalized(name, '`name`', reporter);
  const json = toJson(name);
  if (typeof json === 'string' && (json.trim() === '' || json.length > 200))
    reporter.report('FIELD_VALUE', name, '`name` takes 1 to 200 characters');
  return typeof json === 'string' || (typeof json === 'object' && json !== null) ? json : String(json);
}

/** A missing list is told; the run treats it as empty, and so does one that is null. */
function doOf(node: MapNode, reporter: Reporter): DocNode | undefined {
  const found = valueOf(node, 'do');
  const at = { span: node.keySpan ?? { start: node.start, end: node.start + 1 }, path: 'do' };
  if (found === undefined && !node.entries.some(({ key }) => key === 'do'))
    reporter.report('FIELD_MISSING', at, 'An automation needs `do`', 'a list of instructions, `do: []` for none');
  return found;
}

function checkSlugField(node: MapNode, slug: string, reporter: Reporter): void {
  const written = valueOf(node, 'slug');
  const text = written && expectText(written, '`slug`', reporter);
  if (!written || text === undefined || text === slug) return;
  if (!isSlug(text))
    reporter.report(
      'SLUG_INVALID',
      written,
      `\`${text}\` cannot be a slug`,
      'letters, digits, blank, `/`, `_` and `-`',
    );
  else
    reporter.report(
      'SLUG_IGNORED',
      written,
      `The slug is \`${slug}\`, from the file's name or the key around the automation`,
      'remove `slug`, or rename the file',
    );
}

function buildProgram(node: MapNode, slug: string, body: Body, reporter: Reporter): Program {
  const output = valueOf(node, 'output');
  const args = compileArguments(valueOf(node, 'arguments'), reporter);
  const secretArguments = compileSecretArguments(valueOf(node, 'arguments'));
  const validates = expectBoolean(valueOf(node, 'validateArguments'), '`validateArguments`', reporter);
  const authorizations = expectMap(valueOf(node, 'authorizations'), '`authorizations`', reporter);
  if (authorizations) checkAuthorizations(authorizations, reporter);
  return {
    irVersion: IR_VERSION,
    slug,
    do: body.do,
    nodes: body.nodes,
    ...(output && { output: templateOf(output, reporter) }),
    ...(args && validates && { arguments: args }),
    ...(secretArguments.length > 0 && { secretArguments }),
    ...(expectBoolean(valueOf(node, 'private'), '`private`', reporter) && { private: true as const }),
    ...(expectBoolean(valueOf(node, 'disabled'), '`disabled`', reporter) && { disabled: true as const }),
    ...(authorizations &&
      authorizations.entries.length > 0 && { authorizations: toJson(authorizations) as JsonObject }),
  };
}

function checkAuthorizations(node: MapNode, reporter: Reporter): void {
  checkKeys(node, Object.keys(authorizationsFields), '`authorizations`', reporter);
  const action = valueOf(node, 'action');
  if (action) expectText(action, '`action`', reporter);
}
