import { mayExecute } from '../permissions/may-execute';
import { compileSecurity } from './compile-security';
import { executeRulesOfRoles } from './execute-rules-of-roles';

const { authorizations, rules } = compileSecurity(
  'security.yml',
  `
authorizations:
  roles: { agent: {}, boss: {} }
  rules:
    - { role: agent, action: execute, subject: automations, conditions: { authorizations.action: refund } }
    - { role: boss, action: manage, subject: automations }
    - { role: [agent, editor], action: execute, subject: automations, conditions: { slug: secret }, inverted: true }
    - { role: boss, action: execute, subject: automations, conditions: { slug: last } }
    - { action: execute, subject: automations, conditions: { slug: closed }, inverted: true }
    - { role: agent, action: read, subject: events }
`,
);
const refund = { authorizations: { action: 'refund' } };
const may = (roles: readonly string[], slug: string, role?: string) =>
  mayExecute(
    rules,
    { ...(role !== undefined && { role }), keyRules: executeRulesOfRoles(authorizations, roles) },
    { slug, ...refund },
  );

it.each([
  [[], 'any', false],
  [['agent'], 'any', true],
  [['agent'], 'secret', false],
  [['agent', 'boss'], 'last', true],
  [['agent', 'boss'], 'closed', false],
  [['editor'], 'any', true],
  [['editor'], 'secret', false],
  [['stranger'], 'any', false],
])('lets who has %j by how they signed in execute %s: %s', (roles, slug, allowed) =>
  expect(may(roles, slug)).toBe(allowed),
);

it('counts them beside the role that somebody has been given', () => {
  expect(may(['boss'], 'secret', 'agent')).toBe(false);
  expect(may(['boss'], 'last', 'agent')).toBe(true);
  expect(may([], 'any', 'agent')).toBe(true);
});

it('says nothing where no rule concerns the roles', () =>
  expect(executeRulesOfRoles(authorizations, ['stranger'])).toEqual([]));
