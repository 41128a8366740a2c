import { EMIT_TOPIC } from '../events/event';
import type { Rule } from './rule';

const EMITTED = { 'source.serviceTopic': EMIT_TOPIC };
const ALL_BUT_CREATE = ['read', 'update', 'delete', 'get_usage', 'aggregate_search'] as const;

/** Rules of everybody, whatever a security document says; it may forbid what they allow. */
export const EVERYBODY: readonly Rule[] = [
  { actions: ['read'], subjects: ['apps'] },
  {
    actions: ['execute'],
    subjects: ['automations'],
    conditions: { $or: [{ 'authorizations.action': { $exists: false } }, { 'authorizations.action': '' }] },
  },
  { actions: ['create'], subjects: ['events'], conditions: EMITTED },
  // Which ones is judged event by event (`core/events/read-rights`).
  { actions: ['read'], subjects: ['events'] },
  { actions: ['create'], subjects: ['files'] },
];

/** Of whoever has shown a credential. */
export const KNOWN_USERS: readonly Rule[] = [
  { actions: ['create'], subjects: ['workspaces'] },
  // What they have uploaded.
  { actions: ['read', 'update', 'delete'], subjects: ['files'], conditions: { createdBy: '${user.id}' } },
];

/** Of whoever has any role in a workspace. */
export const MEMBERS: readonly Rule[] = [{ actions: ['read'], subjects: ['workspaces'] }];

export const OWNER: readonly Rule[] = [
  { actions: ['manage'], subjects: ['workspaces', 'apps', 'pages', 'files', 'roles', 'secrets', 'runs'] },
  { actions: ['read', 'get_usage', 'aggregate_search'], subjects: ['events'] },
  { actions: ['create'], subjects: ['events'], conditions: EMITTED },
  { actions: ['execute', 'test'], subjects: ['automations'] },
];

const EDITOR: readonly Rule[] = [
  { actions: ['read', 'update'], subjects: ['workspaces'] },
  { actions: ['read', 'update'], subjects: ['pages', 'apps'] },
  { actions: ['manage'], subjects: ['files', 'runs'] },
  { actions: ['read', 'get_usage', 'aggregate_search'], subjects: ['events'] },
  { actions: ['create'], subjects: ['events'], conditions: EMITTED },
  { actions: ['execute', 'test'], subjects: ['automations'] },
];

/** @param isRedefined  the security document declares `editor`: its rules stand for those on workspaces and events */
export const editorRules = (isRedefined: boolean): readonly Rule[] =>
  isRedefined
    ? EDITOR.filter(({ subjects }) => !subjects.includes('workspaces') && !subjects.includes('events'))
    : EDITOR;

/** What no rule of a workspace gives: settings of the platform that stand among a workspace's secrets. */
export const RESERVED: readonly Rule[] = [
  { actions: ['manage'], subjects: ['secrets'], conditions: { name: { $regex: '^prismeai_' } }, inverted: true },
];

/**
 * A rule of a document as far as it may reach: whatever it says, native events are sent by the platform only, so what it
 * says of sending holds for emitted ones.
 */
export function scoped(rule: Rule): readonly Rule[] {
  const creates = rule.actions.includes('create') || rule.actions.includes('manage');
  if (!rule.subjects.includes('events') || !creates || rule.inverted) return [rule];
  const others = rule.subjects.filter((subject) => subject !== 'events');
  const actions = rule.actions.includes('manage')
    ? ALL_BUT_CREATE
    : rule.actions.filter((action) => action !== 'create');
  const conditions = rule.conditions ? { $and: [rule.conditions, EMITTED] } : EMITTED;
  return [
    ...(others.length > 0 ? [{ ...rule, subjects: others }] : []),
    ...(actions.length > 0 ? [{ ...rule, subjects: ['events'] as const, actions }] : []),
    { ...rule, subjects: ['events'], actions: ['create'], conditions },
  ];
}
