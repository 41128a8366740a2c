import { checkKeys, expectLocalized, expectMap, expectText, valueOf } from '../automation/document-fields';
import { isNull, kindOf, toJson, type DocNode, type MapNode } from '../automation/document-node';
import { createReporter, type Reporter } from '../automation/reporter';
import { sourceText } from '../automation/source-text';
import { parseDocument } from '../automation/yaml/parse-document';
import type { Diagnostic } from '../automation/diagnostic';
import type { Json, JsonObject } from '../json';
import { secretPaths, type SecretPath } from '../secrets/secret-arguments';
import { configSchema } from './config-schema';
import { indexFields } from './index-fields';

/** Kept in files of their own, one each. */
const IN_FILES = ['automations', 'imports', 'pages'];

export interface WorkspaceIndex {
  readonly name: Json;
  readonly slug?: string;
  /** Every workspace of the installation may know of it. */
  readonly isRegistered?: true;
  readonly config: JsonObject;
  /** Fields of the config whose schema says `secret: true`. */
  readonly secretConfig: readonly SecretPath[];
}

/**
 * `index.yml`: name and config of a workspace. Fields that this version has no use for are accepted, since documents
 * carry them.
 * @param text undefined for a workspace without the file: its id is its name then
 */
export function compileIndex(
  file: string,
  text: string | undefined,
  workspaceId: string,
): { readonly index: WorkspaceIndex; readonly diagnostics: readonly Diagnostic[] } {
  const reporter = createReporter(file, sourceText(text ?? ''));
  const root = text === undefined || text.trim() === '' ? null : parseDocument(reporter.source, reporter);
  if (root && root.kind !== 'map' && !isNull(root))
    reporter.report('DOCUMENT_SHAPE', root, `A workspace is a mapping, not ${kindOf(root)}`, 'give at least `name`');
  const index =
    root?.kind === 'map' ? readIndex(root, workspaceId, reporter) : { name: workspaceId, config: {}, secretConfig: [] };
  return { index, diagnostics: reporter.diagnostics };
}

function readIndex(root: MapNode, workspaceId: string, reporter: Reporter): WorkspaceIndex {
  checkKeys(root, Object.keys(indexFields), 'A workspace', reporter);
  const name = valueOf(root, 'name');
  if (name) expectLocalized(name, '`name`', reporter);
  const slug = valueOf(root, 'slug');
  const slugText = slug && expectText(slug, '`slug`', reporter);
  if (slug && slugText !== undefined && !/^[/a-z0-9-]+$/.test(slugText))
    reporter.report(
      'SLUG_INVALID',
      slug,
      `\`${slugText}\` cannot be a workspace's slug`,
      'lower-case letters, digits, `/` and `-`',
    );
  for (const field of IN_FILES) {
    const node = valueOf(root, field);
    if (node)
      reporter.report(
        'FIELD_IGNORED',
        node,
        `\`${field}\` of the index is not read`,
        `put each into a file of its own in ${field}/`,
      );
  }
  return {
    name: name ? toJson(name) : workspaceId,
    ...(slugText !== undefined && { slug: slugText }),
    ...(isTrue(valueOf(root, 'registerWorkspace')) && { isRegistered: true as const }),
    ...readConfig(root, reporter),
  };
}

const isTrue = (node: DocNode | undefined): boolean => node?.kind === 'scalar' && node.value === true;

/** `config: {schema?, block?, value?}`, or the values themselves when none of these three is there. */
function readConfig(root: MapNode, reporter: Reporter): Pick<WorkspaceIndex, 'config' | 'secretConfig'> {
  const config = expectMap(valueOf(root, 'config'), '`config`', reporter);
  if (config === undefined) return { config: {}, secretConfig: [] };
  const wrapper = ['value', 'schema', 'block'];
  if (!config.entries.some(({ key }) => wrapper.includes(key)))
    return { config: toJson(config) as JsonObject, secretConfig: [] };
  checkKeys(config, wrapper, '`config` with `value`, `schema` or `block`', reporter);
  const value = expectMap(valueOf(config, 'value'), '`config.value`', reporter);
  return { config: value ? (toJson(value) as JsonObject) : {}, secretConfig: secretsIn(config) };
}

function secretsIn(config: MapNode): readonly SecretPath[] {
  const schema = valueOf(config, 'schema');
  return schema?.kind === 'map' ? secretPaths(configSchema(toJson(schema)).fields) : [];
}
