import { matchJson } from '../expression/evaluate/json-match';
import { isObject, type Json, type JsonObject } from '../json';

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
  for (const rule of rules) if (applies(rule, who, automation)) allowed = rule.inverted !== true;
  return allowed;
}

/** A rule names everybody by `default` too. */
function applies({ roles, conditions }: ExecuteRule, who: Executing, automation: Executed): boolean {
  if (roles && !roles.includes('default') && (who.role === undefined || !roles.includes(who.role))) return false;
  if (conditions === undefined) return true;
  const filled = fillIn(conditions, { ...who, slug: automation.slug });
  return (
    filled !== undefined && matches({ slug: automation.slug, authorizations: automation.authorizations ?? {} }, filled)
  );
}

/** A condition that cannot be judged for this caller (a pattern made of an odd id) lets its rule fall. */
function matches(automation: JsonObject, conditions: Json): boolean {
  try {
    return matchJson(automation, conditions);
  } catch {
    return false;
  }
}

const PLACEHOLDER = /\$\{([\w.]+)\}|\{\{([\w.]+)\}\}/g;

/** `${user.id}` and the like; undefined when one of them is not known: then the rule counts for nothing. */
function fillIn(value: Json, who: Executing & { readonly slug: string }): Json | undefined {
  if (typeof value === 'string') return fillText(value, who);
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map((item) => fillIn(item, who));
    return items.includes(undefined) ? undefined : (items as Json[]);
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, fillIn(inner, who)] as const);
  return entries.some(([, inner]) => inner === undefined) ? undefined : (Object.fromEntries(entries) as JsonObject);
}

function fillText(text: string, who: Executing & { readonly slug: string }): string | undefined {
  const known: { readonly [name: string]: string | undefined } = {
    'user.id': who.userId,
    'user.sessionId': who.sessionId,
    'session.id': who.sessionId,
    'subject.id': who.slug,
  };
  let whole = true;
  const filled = text.replace(PLACEHOLDER, (_, dollar?: string, braces?: string) => {
    const found = known[dollar ?? braces ?? ''];
    whole &&= found !== undefined;
    return found ?? '';
  });
  return whole ? filled : undefined;
}
