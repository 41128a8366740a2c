import type { Diagnostic } from '../automation/diagnostic';
import { checkKeys, expectBoolean, expectMap, expectText, valueOf } from '../automation/document-fields';
import { isNull, kindOf, toJson, type DocNode, type MapNode } from '../automation/document-node';
import { didYouMean } from '../automation/nearest-name';
import { createReporter, type Reporter } from '../automation/reporter';
import { sourceText } from '../automation/source-text';
import { parseDocument } from '../automation/yaml/parse-document';
import { isPlatformError } from '../errors/errors';
import { matchJson } from '../expression/evaluate/json-match';
import type { JsonObject } from '../json';
import { ACTIONS, RULE_SUBJECTS, type Action, type SubjectType } from '../permissions/actions';
import type { ExecuteRule } from '../permissions/may-execute';
import { withListsFor } from '../permissions/fill-in';
import { NO_AUTHORIZATIONS, type Authorizations, type DeclaredRole, type Rule } from '../permissions/rule';

const RULE = ['action', 'subject', 'role', 'conditions', 'inverted', 'reason'];
const ROLE = ['description', 'auth'];
/** Roles that need no declaration. */
const KNOWN_ROLES = ['default', 'editor'];

export interface CompiledSecurity {
  readonly authorizations: Authorizations;
  /** Those on executing automations: a release holds them. */
  readonly rules: readonly ExecuteRule[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * `security.yml`: roles of a workspace and their rules, in their order, since the last one that applies decides. What is
 * wrong is told with its place and left out.
 * @param text undefined for a workspace without the file
 */
export function compileSecurity(file: string, text: string | undefined): CompiledSecurity {
  if (text === undefined || text.trim() === '')
    return { authorizations: NO_AUTHORIZATIONS, rules: [], diagnostics: [] };
  const reporter = createReporter(file, sourceText(text));
  const root = parseDocument(reporter.source, reporter);
  if (root && root.kind !== 'map' && !isNull(root))
    reporter.report('DOCUMENT_SHAPE', root, `Security is a mapping, not ${kindOf(root)}`, 'give `authorizations`');
  const authorizations = root?.kind === 'map' ? readDocument(root, reporter) : NO_AUTHORIZATIONS;
  return { authorizations, rules: authorizations.rules.flatMap(toExecuteRule), diagnostics: reporter.diagnostics };
}

/** Name of the document among the files of a workspace; that of a new one where there is none. */
export const securityFile = (files: { readonly [path: string]: string }): string =>
  'security.yaml' in files && !('security.yml' in files) ? 'security.yaml' : 'security.yml';

/** Of a rule on executing automations, what a run needs to decide by it. */
export function toExecuteRule({ actions, subjects, roles, conditions, inverted }: Rule): readonly ExecuteRule[] {
  if (!subjects.includes('automations') || !actions.some((action) => action === 'execute' || action === 'manage'))
    return [];
  return [{ ...(roles && { roles }), ...(conditions && { conditions }), ...(inverted && { inverted }) }];
}

function readDocument(root: MapNode, reporter: Reporter): Authorizations {
  checkKeys(root, ['authorizations', 'authentication'], 'Security', reporter);
  const authorizations = expectMap(valueOf(root, 'authorizations'), '`authorizations`', reporter);
  if (authorizations === undefined) return NO_AUTHORIZATIONS;
  checkKeys(authorizations, ['roles', 'rules'], '`authorizations`', reporter);
  const roles = readRoles(expectMap(valueOf(authorizations, 'roles'), '`roles`', reporter), reporter);
  const rules = valueOf(authorizations, 'rules');
  if (rules !== undefined && rules.kind !== 'list')
    reporter.report('FIELD_TYPE', rules, `\`rules\` must be a list, not ${kindOf(rules)}`);
  if (rules?.kind !== 'list') return { roles, rules: [] };
  const declared = [...KNOWN_ROLES, ...roles.map(({ name }) => name)];
  return { roles, rules: rules.items.flatMap((rule) => readRule(rule, declared, reporter)) };
}

function readRoles(roles: MapNode | undefined, reporter: Reporter): readonly DeclaredRole[] {
  return (roles?.entries ?? []).flatMap(({ key, value }): readonly DeclaredRole[] => {
    if (key === 'owner') {
      reporter.report('RULE_INVALID', value, 'The role `owner` cannot be defined anew', 'remove it');
      return [];
    }
    if (isNull(value)) return [{ name: key }];
    const role = expectMap(value, `The role \`${key}\``, reporter);
    if (role === undefined) return [];
    checkKeys(role, ROLE, 'A role', reporter);
    const description = valueOf(role, 'description');
    const auth = readAuth(expectMap(valueOf(role, 'auth'), '`auth`', reporter), reporter);
    return [{ name: key, ...(description && { description: toJson(description) }), ...(auth && { auth }) }];
  });
}

/** `auth: {<provider>: {conditions}}`. */
function readAuth(auth: MapNode | undefined, reporter: Reporter): DeclaredRole['auth'] {
  if (auth === undefined) return undefined;
  const providers = auth.entries.flatMap(({ key, value }) => {
    if (isNull(value)) return [[key, {}] as const];
    const provider = expectMap(value, `\`auth.${key}\``, reporter);
    if (provider === undefined) return [];
    checkKeys(provider, ['conditions'], `\`auth.${key}\``, reporter);
    const conditions = expectMap(valueOf(provider, 'conditions'), '`conditions`', reporter);
    return [[key, readConditions(conditions, reporter) ?? {}] as const];
  });
  return Object.fromEntries(providers);
}

function readRule(node: DocNode, roles: readonly string[], reporter: Reporter): readonly Rule[] {
  const rule = expectMap(node, 'A rule', reporter);
  if (rule === undefined) return [];
  checkKeys(rule, RULE, 'A rule', reporter);
  const told = reporter.diagnostics.length;
  const actions = namesOf(rule, 'action', ACTIONS, reporter) as readonly Action[];
  const subjects = namesOf(rule, 'subject', RULE_SUBJECTS, reporter) as readonly SubjectType[];
  const given = valueOf(rule, 'role') && namesOf(rule, 'role', roles, reporter);
  const inverted = expectBoolean(valueOf(rule, 'inverted'), '`inverted`', reporter);
  const conditions = readConditions(expectMap(valueOf(rule, 'conditions'), '`conditions`', reporter), reporter);
  const written = valueOf(rule, 'reason');
  const reason = written && expectText(written, '`reason`', reporter);
  if (reporter.diagnostics.length > told) return [];
  return [
    {
      actions,
      subjects,
      ...(given && { roles: given }),
      ...(conditions && { conditions }),
      ...(inverted && { inverted }),
      ...(reason !== undefined && { reason }),
    },
  ];
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
    matchJson({}, withListsFor(conditions));
    return conditions;
  } catch (e) {
    if (!isPlatformError(e)) throw e;
    reporter.report('RULE_INVALID', node, e.message, '`$eq`, `$ne`, `$in`, `$nin`, `$exists`, …');
    return undefined;
  }
}
