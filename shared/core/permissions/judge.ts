import { PureAbility, type RawRuleOf } from '@casl/ability';
import { matchJson } from '../expression/evaluate/json-match';
import type { JsonObject } from '../json';
import type { Action, SubjectType } from './actions';
import { editorRules, EVERYBODY, KNOWN_USERS, MEMBERS, OWNER, RESERVED, scoped } from './built-in-rules';
import { fillIn, type Known } from './fill-in';
import type { Authorizations, Rule } from './rule';

/** Who is judged, in one workspace. */
export interface Party {
  readonly userId?: string;
  readonly sessionId?: string;
  /** Every role that the caller has there: given, public, or bound to how it signed in. */
  readonly roles: readonly string[];
  /** Actions on the workspace that were granted to the caller by name. */
  readonly policies: readonly Action[];
  /** Of the API key that the caller has shown. */
  readonly keyRules: readonly Rule[];
  readonly isSuperAdmin: boolean;
  /** User topics, where the caller's are known. */
  readonly topics?: readonly string[];
}

export interface Judged {
  readonly type: SubjectType;
  readonly id?: string;
  /** What conditions look at. */
  readonly value: JsonObject;
}

export interface Decision {
  readonly allowed: boolean;
  /** Given by the rule that refuses. */
  readonly reason?: string;
}

/** What one party may do in one workspace: made once, asked often. */
export interface Judge {
  decide(action: Action, subject: Judged): Decision;
}

type Ability = PureAbility<[Action, Judged | SubjectType], JsonObject>;

/**
 * J1  The last rule that applies decides; none = no.
 * J2  Built-in rules come first, then those of the document in their order, then those of the key; nothing of them binds
 *     owners in what the document could take from them, or super admins at all.
 */
export const createJudge = (authorizations: Authorizations, party: Party): Judge =>
  judgeBy(rulesOf(authorizations, party), party);

/** What rules of a workspace's own say of reading its events. */
export interface EventReading {
  /** The document declares `editor`: the built-in rights of editors to read do not hold. */
  readonly replacesEditor: boolean;
  /** Null: nothing, the built-in rules (`core/events/read-rights`) hold. */
  decide(event: JsonObject): boolean | null;
}

/** Undefined: nothing for this party. Owners and super admins read everything anyway. */
export function eventReading({ roles, rules }: Authorizations, party: Party): EventReading | undefined {
  if (party.isSuperAdmin || party.roles.includes('owner')) return undefined;
  const own = [...rules.filter((rule) => concerns(rule, party)), ...party.keyRules].filter(
    ({ actions, subjects }) =>
      subjects.includes('events') && actions.some((action) => action === 'read' || action === 'manage'),
  );
  const replacesEditor = party.roles.includes('editor') && isEditorRedefined(roles);
  if (own.length === 0 && !replacesEditor) return undefined;
  const ability = abilityOf(own, party);
  return {
    replacesEditor,
    decide(event) {
      const rule = ability.relevantRuleFor('read', { type: 'events', value: event });
      return rule === null ? null : !rule.inverted;
    },
  };
}

const isEditorRedefined = (roles: Authorizations['roles']): boolean => roles.some(({ name }) => name === 'editor');

function judgeBy(rules: readonly Rule[], party: Party): Judge {
  const ability = abilityOf(rules, party);
  return {
    decide(action, subject) {
      const rule = ability.relevantRuleFor(action, subject);
      if (rule && !rule.inverted) return { allowed: true };
      return { allowed: false, ...(rule?.reason !== undefined && { reason: rule.reason }) };
    },
  };
}

const abilityOf = (rules: readonly Rule[], party: Party): Ability =>
  new PureAbility<[Action, Judged | SubjectType], JsonObject>(
    rules.flatMap((rule) => toRaw(rule, party)),
    {
      conditionsMatcher: (conditions) => (subject) => matches(conditions, subject as unknown as Judged, party),
      detectSubjectType,
    },
  );

function rulesOf({ roles, rules }: Authorizations, party: Party): readonly Rule[] {
  if (party.isSuperAdmin) return [{ actions: ['manage'], subjects: [EVERYTHING] }];
  const has = (role: string): boolean => party.roles.includes(role);
  const own = [...rules.filter((rule) => concerns(rule, party)), ...party.keyRules].flatMap(scoped);
  return [
    ...EVERYBODY,
    ...(party.userId === undefined ? [] : KNOWN_USERS),
    ...(party.roles.length > 0 ? MEMBERS : []),
    ...(party.policies.length > 0 ? [{ actions: party.policies, subjects: ['workspaces'] as const }] : []),
    ...(has('editor') ? editorRules(isEditorRedefined(roles)) : []),
    ...own,
    // What makes an owner cannot be taken away.
    ...(has('owner') ? OWNER : []),
    ...RESERVED,
  ];
}

/** Is it a rule for everybody, or for a role of the party? */
const concerns = ({ roles }: Rule, party: Party): boolean =>
  roles === undefined || roles.includes('default') || roles.some((role) => party.roles.includes(role));

/** The library's word for every subject; no document can name it. */
const EVERYTHING = 'all' as SubjectType;
const detectSubjectType = (subject: Judged): SubjectType => subject.type;

/** What the party alone tells is filled in once; a rule that cannot be filled in counts for nothing. */
function toRaw(rule: Rule, party: Party): readonly RawRuleOf<Ability>[] {
  const { actions, subjects, conditions, inverted, reason } = rule;
  const condition = conditions && (waitsForSubject(conditions) ? conditions : fillIn(conditions, knownOf(party)));
  if (conditions !== undefined && condition === undefined) return [];
  return [
    {
      action: [...actions],
      subject: [...subjects],
      ...(condition && { conditions: condition }),
      ...(inverted && { inverted: true }),
      ...(reason !== undefined && { reason }),
    },
  ];
}

const SUBJECT_ID = 'subject.id';
const waitsForSubject = (conditions: JsonObject): boolean => JSON.stringify(conditions).includes(SUBJECT_ID);

const knownOf = ({ userId, sessionId, topics }: Party, subjectId?: string): Known => ({
  'user.id': userId,
  'user.sessionId': sessionId,
  'session.id': sessionId,
  'user.topics': topics,
  [SUBJECT_ID]: subjectId,
});

/** A condition that cannot be judged (a pattern made of an odd id) lets its rule fall. */
function matches(conditions: JsonObject, subject: Judged, party: Party): boolean {
  try {
    const filled = waitsForSubject(conditions) ? fillIn(conditions, knownOf(party, subject.id)) : conditions;
    return filled !== undefined && matchJson(subject.value, filled);
  } catch {
    return false;
  }
}
