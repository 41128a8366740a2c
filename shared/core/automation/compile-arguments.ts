import { toSchema, type SchemaProblem } from '../arguments/to-schema';
import { isObject } from '../json';
import { secretPaths, type SecretPath } from '../secrets/secret-arguments';
import type { DiagnosticCode } from './diagnostic-codes';
import { expectMap } from './document-fields';
import { entryOf, toJson, type DocNode } from './document-node';
import type { DeclaredArguments } from './program';
import type { Reporter } from './reporter';

const CODES: { readonly [kind in SchemaProblem['kind']]: DiagnosticCode } = {
  shape: 'FIELD_TYPE',
  type: 'FIELD_VALUE',
  value: 'ARGUMENT_SCHEMA',
  pattern: 'ARGUMENT_PATTERN',
};

/** `arguments: {name: schema}`: JSON Schema with our types. Keywords that nobody knows are left alone. */
export function compileArguments(node: DocNode | undefined, reporter: Reporter): DeclaredArguments | undefined {
  const args = expectMap(node, '`arguments`', reporter);
  const json = args && toJson(args);
  if (args === undefined || !isObject(json)) return undefined;
  const { schema, problems } = toSchema(json);
  for (const { kind, path, message, hint } of problems) reporter.report(CODES[kind], nodeAt(args, path), message, hint);
  const [first] = problems;
  return first ? { invalid: first.message } : { schema };
}

/** As far as the path leads: what is missing is shown at what should hold it. */
function nodeAt(root: DocNode, path: readonly (string | number)[]): DocNode {
  let at = root;
  for (const step of path) {
    const inside = at.kind === 'map' ? entryOf(at, String(step))?.value : undefined;
    const item = at.kind === 'list' && typeof step === 'number' ? at.items[step] : undefined;
    at = inside ?? item ?? at;
  }
  return at;
}

/** Where the declared arguments are flagged `secret: true`. */
export function compileSecretArguments(node: DocNode | undefined): readonly SecretPath[] {
  const json = node && toJson(node);
  return isObject(json) ? secretPaths(json) : [];
}
