import type { ExecuteRule } from '../permissions/may-execute';
import type { Authorizations } from '../permissions/rule';
import { toExecuteRule } from './compile-security';

/** Editors may execute what no rule forbids them. */
const OF_EDITORS: ExecuteRule = {};

/**
 * What a document says of executing automations, for whoever has these roles besides the one that a run knows of: in its
 * order, so that a later rule goes on overruling an earlier one. Empty where none of it concerns the roles.
 */
export function executeRulesOfRoles({ rules }: Authorizations, roles: readonly string[]): readonly ExecuteRule[] {
  const concerns = (rule: ExecuteRule): boolean => rule.roles?.some((role) => roles.includes(role)) === true;
  const all = rules.flatMap(toExecuteRule);
  const isEditor = roles.includes('editor');
  if (!isEditor && !all.some(concerns)) return [];
  const theirs = all.map((rule) => (concerns(rule) ? { ...rule, roles: ['default'] } : rule));
  return isEditor ? [OF_EDITORS, ...theirs] : theirs;
}
