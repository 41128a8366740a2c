import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { JsonObject } from '../json';
import { toYaml } from '../workspaces/edit-yaml';
import { compileSecurity } from '../workspaces/compile-security';
import type { Action, SubjectType } from './actions';
import { createJudge, eventReading, type Party } from './judge';
import { boundRoles } from './party';

interface Row {
  readonly name: string;
  readonly security?: JsonObject;
  readonly key?: readonly JsonObject[];
  readonly who?: Partial<Party>;
  readonly action: Action;
  readonly subject: SubjectType;
  readonly id?: string;
  readonly value?: JsonObject;
  readonly may: boolean;
  readonly reason?: string;
}

const rows = parse(readFileSync(join(__dirname, '../../../tests/permissions/judge.yaml'), 'utf8')) as readonly Row[];
const nobody: Party = { roles: [], policies: [], keyRules: [], isSuperAdmin: false };

function authorizationsOf(authorizations: JsonObject) {
  const compiled = compileSecurity('security.yml', toYaml({ authorizations }));
  expect(compiled.diagnostics).toEqual([]);
  return compiled.authorizations;
}

it.each(rows.map((row) => [row.name, row] as const))('%s', (_, row) => {
  const { security = {}, key = [], who = {}, action, subject: type, id, value = {}, may, reason } = row;
  const keyRules = authorizationsOf({ rules: key }).rules;
  const judge = createJudge(authorizationsOf(security), { ...nobody, keyRules, ...who });
  const decision = judge.decide(action, { type, ...(id !== undefined && { id }), value });
  expect(decision).toEqual({ allowed: may, ...(reason !== undefined && { reason }) });
});

describe('reading events', () => {
  const security = authorizationsOf({
    roles: { agent: {}, editor: {} },
    rules: [
      { role: 'agent', action: 'read', subject: 'events', conditions: { type: { $regex: '^order' } } },
      { role: 'agent', action: 'read', subject: 'events', inverted: true, conditions: { 'source.userId': 'boss' } },
    ],
  });

  it('says yes, no, or nothing', () => {
    const rules = eventReading(security, { ...nobody, roles: ['agent'] });
    const decide = (type: string, userId = 'u') => rules?.decide({ type, source: { userId } });
    expect([decide('orders'), decide('orders', 'boss'), decide('other')]).toEqual([true, false, null]);
  });

  it('has no rules for whom none concerns, nor for who reads everything', () => {
    for (const roles of [[], ['guest'], ['owner', 'agent']])
      expect(eventReading(security, { ...nobody, roles })).toBeUndefined();
    expect(eventReading(security, { ...nobody, isSuperAdmin: true })).toBeUndefined();
  });

  it('takes the place of the built-in rights of editors', () =>
    expect(eventReading(security, { ...nobody, roles: ['editor'] })?.replacesEditor).toBe(true));
});

it('binds roles to how somebody signed in', () => {
  const security = authorizationsOf({
    roles: {
      any: { auth: { google: {} } },
      staff: { auth: { saml: { conditions: { 'authData.group': { $in: ['staff'] } } } } },
      none: {},
    },
  });
  expect(boundRoles(security, undefined)).toEqual([]);
  expect(boundRoles(security, { google: { id: 1 } })).toEqual(['any']);
  expect(boundRoles(security, { saml: { group: 'staff' } })).toEqual(['staff']);
  expect(boundRoles(security, { saml: { group: 'guests' } })).toEqual([]);
});
