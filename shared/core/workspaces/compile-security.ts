import type { Diagnostic } from '../automation/diagnostic';
import { checkKeys, expectBoolean, expectMap, valueOf } from '../automation/document-fields';
import { isNull, kindOf, toJson, type DocNode, type MapNode } from '../automation/document-node';
import { didYouMean } from '../automation/nearest-name';
import { createReporter, type Reporter } from '../automation/reporter';
import { sourceText } from '../automation/source-text';
import { parseDocument } from '../automation/yaml/parse-document';
import { isPlatformError } from '../errors/errors';
import { matchJson } from '../expression/evaluate/json-match';
import type { JsonObject } from '../json';
import type { ExecuteRule } from '../permissions/may-execute';

const SUBJECTS = ['workspaces', 'pages', 'files', 'apps', 'events', 'automations', 'runs', 'secrets'];
const ACTIONS = [
  'create', 'read', 'update', 'delete', 'manage', 'manage_permissions', 'manage_security', 'manage_repositories',
  'read_app_dsul', 'get_usage', 'aggregate_search', 'execute', 'test', 'inspect',
]; // prettier-ignore
const RULE = ['action', 'subject', 'role', 'conditions', 'inverted', 'reason'];
/** Roles that need no declaration. */
const KNOWN_ROLES = ['default', 'editor'];

/**
 * `security.yml`: roles of a workspace and their rules. All of it is checked; kept are the rules on executing automations,
 * in their order, since the last one that applies decides.
 * @param text undefined for a workspace without the file
 */
export function compileSecurity(
  file: string,
  text: string | undefined,
): { readonly rules: readonly ExecuteRule[]; readonly diagnostics: readonly Diagnostic[] } {
  if (text === undefined || text.trim() === '') return { rules: [], diagnostics: [] };
  const reporter = createReporter(file, sourceText(text));
  const root = parseDocument(reporter.source, reporter);
  if (root && root.kind !== 'map' && !isNull(root))
    reporter.report('DOCUMENT_SHAPE', root, `Security is a mapping, not ${kindOf(root)}`, 'give `authorizations`');
  const rules = root?.kind === 'map' ? readDocument(root, reporter) : [];
  return { rules, diagnostics: reporter.diagnostics };
}

function readDocument(root: MapNode, reporter: Reporter): readonly ExecuteRule[] {
  checkKeys(root, ['authorizations', 'authentication'], 'Security', reporter);
  const authorizations = expectMap(valueOf(root, 'authorizations'), '`authorizations`', reporter);
  if (authorizations === undefined) return [];
  checkKeys(authorizations, ['roles', 'rules'], '`authorizations`', reporter);
  const roles = expectMap(valueOf(authorizations, 'roles'), '`roles`', reporter);
  const owner = roles?.entries.find(({ key }) => key === 'owner');
  if (owner) reporter.report('RULE_INVALID', owner.value, 'The role `owner` cannot be defined anew', 'remove it');
  const rules = valueOf(authorizations, 'rules');
  if (rules === undefined) return [];
  if (rules.kind !== 'list') {
    reporter.report('FIELD_TYPE', rules, `\`rules\` must be a list, not ${kindOf(rules)}`);
    return [];
  }
  const declared = [...KNOWN_ROLES, ...(roles?.entries.map(({ key }) => key) ?? [])];
  return rules.items.flatMap((rule) => readRule(rule, declared, reporter));
}

function readRule(node: DocNode, roles: readonly string[], reporter: Reporter): readonly ExecuteRule[] {
  const rule = expectMap(node, 'A rule', reporter);
  if (rule === undefined) return [];
  checkKeys(rule, RULE, 'A rule', reporter);
  const told = reporter.diagnostics.length;
  const actions = namesOf(rule, 'action', ACTIONS, reporter);
  const subjects = namesOf(rule, 'subject', SUBJECTS, reporter);
  const given = valueOf(rule, 'role') && namesOf(rule, 'role', roles, reporter);
  const inverted = expectBoolean(valueOf(rule, 'inverted'), '`inverted`', reporter);
  const conditions = readConditions(expectMap(valueOf(rule, 'conditions'), '`conditions`', reporter), reporter);
  if (reporter.diagnostics.length > told) return [];
  if (!subjects.includes('automations') || !actions.some((action) => action === 'execute' || action === 'manage'))
    return [];
  return [{ ...(given && { roles: given }), ...(conditions && { conditions }), ...(inverted && { inverted: true as const }) }]; // prettier-ignore
}

/** One name or a list of them. */
function namesOf(rule: MapNode, field: string, known: readonly string[], reporter: Reporter): readonly string[] {
  const node = valueOf(rule, field);
  if (node === undefined) {
    const at = { span: { start: rule.start, end: rule.start + 1 }, path: field };
    reporter.report('FIELD_MISSING', at, `A rule needs \`${field}\``, `one of ${known.join(', ')}`);
    return [];
  }
  return (node.kind === 'list' ? node.items : [node]).flatMap((item) => {
    const name = item.kind === 'scalar' ? String(item.value) : '';
    if (known.includes(name)) return [name];
    const hint = didYouMean(name, known) ?? `one of ${known.join(', ')}`;
    const what = field === 'role' ? 'role that this file declares' : field;
    reporter.report('RULE_INVALID', item, `\`${name}\` is no ${what}`, name === 'owner' ? 'an owner may do all' : hint);
    return [];
  });
}

function readConditions(node: MapNode | undefined, reporter: Reporter): JsonObject | undefined {
  if (node === undefined) return undefined;
  const conditions = toJson(node) as JsonObject;
  try {
    matchJson({}, conditions);
    return conditions;
  } catch (e) {
    if (!isPlatformError(e)) throw e;
    reporter.report('RULE_INVALID', node, e.message, '`$eq`, `$ne`, `$in`, `$nin`, `$exists`, …');
    return undefined;
  }
}
