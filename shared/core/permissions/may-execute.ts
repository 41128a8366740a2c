import { matchJson } from '../expression/evaluate/json-match';
import type { JsonObject } from '../json';
import { fillIn } from './fill-in';

/** A rule of `security.yml` on executing automations. A release holds them, so that a run decides without asking anybody. */
export interface ExecuteRule {
  /** Absent: everybody. */
  readonly roles?: readonly string[];
  /** On the automation, such as `{"authorizations.action": {$in: [refund]}}`. Absent: any. */
  readonly conditions?: JsonObject;
  /** Forbids. */
  readonly inverted?: true;
}

/** Who a run acts for just now. */
export interface Executing {
  readonly role?: string;
  readonly userId?: string;
  readonly sessionId?: string;
  /** Of the API key that the caller has shown, and of roles that it has by how it signed in; after those of the workspace. */
  readonly keyRules?: readonly ExecuteRule[];
}

/** What is to be executed. */
export interface Executed {
  readonly slug: string;
  readonly authorizations?: JsonObject;
}

/** May do what no rule says anything of. */
const UNLESS_A_RULE_FORBIDS = 'editor';
/** No rule shuts them out. */
const ALWAYS: ReadonlySet<string> = new Set(['owner', 'superadmin']);

/**
 * Execution rights: without `authorizations.action` anybody, else owners, editors, and whom a rule lets. The last rule
 * that applies decides; owners and super admins are never shut out. Pure: asked at each execution.
 */
export function mayExecute(rules: readonly ExecuteRule[], who: Executing, automation: Executed): boolean {
  if (who.role !== undefined && ALWAYS.has(who.role)) return true;
  const action = automation.authorizations?.['action'];
  let allowed = action === undefined || action === '' || who.role === UNLESS_A_RULE_FORBIDS;
  for (const rule of [...rules, ...(who.keyRules ?? [])])
    if (applies(rule, who, automation)) allowed = rule.inverted !== true;
  return allowed;
}

/** A rule names everybody by `default` too. */
function applies({ roles, conditions }: ExecuteRule, who: Executing, automation: Executed): boolean {
  if (roles && !roles.includes('default') && (who.role === undefined || !roles.includes(who.role))) return false;
  if (conditions === undefined) return true;
  const filled = fillIn(conditions, {
    'user.id': who.userId,
    'user.sessionId': who.sessionId,
    'session.id': who.sessionId,
    'subject.id': automation.slug,
  });
  return (
    filled !== undefined && matches({ slug: automation.slug, authorizations: automation.authorizations ?? {} }, filled)
  );
}

/** A condition that cannot be judged for this caller (a pattern made of an odd id) lets its rule fall. */
function matches(automation: JsonObject, conditions: JsonObject): boolean {
  try {
    return matchJson(automation, conditions);
  } catch {
    return false;
  }
}
