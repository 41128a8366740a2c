import type { Action } from '../../core/permissions/actions';
import { createJudge, eventReading, type EventReading, type Judge, type Party } from '../../core/permissions/judge';
import { boundRoles } from '../../core/permissions/party';
import type { Authorizations } from '../../core/permissions/rule';
import type { JsonObject } from '../../core/json';
import type { Caller, Permissions } from '../../ports/access';
import { PUBLIC, ROLE_TARGET, type PermissionStore } from '../../ports/permission-store';
import { hasKey, roleOfKey } from './role-keys';

export interface RulesPermissionsDependencies {
  /** What the workspace's security document says now; the same object as long as it says the same. */
  readonly authorizationsOf: (workspaceId: string) => Authorizations;
  readonly store: Pick<PermissionStore, 'version' | 'grantOf' | 'apiKeyById'>;
}

interface Remembered {
  readonly authorizations: Authorizations;
  readonly version: number;
  readonly party: Party;
  readonly judge: Judge;
  reading?: { readonly topics: string; readonly rules: EventRules };
}

/** Callers remembered; then it starts again: who still calls comes back by itself. */
const MOST_REMEMBERED = 10_000;

type EventRules = Awaited<ReturnType<Permissions['eventReadRules']>>;
type Asked = Omit<Caller, 'correlationId'>;

/**
 * Decides by the built-in rules, the security document of the workspace, what it is shared as, and the API key. Rules of
 * one caller are put together once and kept until the document, the grants or the keys of the workspace change, so a
 * decision is a look-up.
 */
export function rulesPermissions(dependencies: RulesPermissionsDependencies): Permissions {
  const { authorizationsOf, store } = dependencies;
  const remembered = new Map<string, Remembered>();
  let lastId = 0;

  function known(caller: Asked, workspaceId: string): Remembered {
    const authorizations = authorizationsOf(workspaceId);
    const version = store.version(workspaceId);
    const bound = boundRoles(authorizations, caller.authData);
    const { userId, sessionId, role, apiKeyId, platform } = caller;
    const key = JSON.stringify([workspaceId, userId, sessionId, role, apiKeyId, platform?.role, bound]);
    const found = remembered.get(key);
    if (found?.authorizations === authorizations && found.version === version) return found;
    const keyRole = roleOfKey(apiKeyId ?? '');
    const roles = keyRole !== undefined && hasKey(authorizations, keyRole) ? [...bound, keyRole] : bound;
    const party = partyOf(store, caller, workspaceId, roles);
    const made: Remembered = { authorizations, version, party, judge: createJudge(authorizations, party) };
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(key, made);
    return made;
  }

  const decide: Permissions['decide'] = async (caller, action, { workspaceId, type, id, value }) =>
    known(caller, workspaceId).judge.decide(action, {
      type,
      ...(id !== undefined && { id }),
      value: { ...(id !== undefined && { id }), ...value },
    });

  return {
    decide,
    can: async (caller, action, subject) => (await decide(caller, action, subject)).allowed,
    async eventReadRules(caller, workspaceId) {
      const entry = known(caller, workspaceId);
      const list = [...caller.topics].sort();
      const topics = JSON.stringify(list);
      if (entry.reading?.topics !== topics) {
        const rules = eventReading(entry.authorizations, { ...entry.party, topics: list });
        entry.reading = { topics, rules: rules && numbered(rules, ++lastId) };
      }
      return entry.reading.rules;
    },
  };
}

const numbered = ({ replacesEditor, decide }: EventReading, id: number): EventRules => ({
  ...{ id: String(id), replacesEditor },
  decide: (event) => decide(event as unknown as JsonObject),
});

function partyOf(
  store: RulesPermissionsDependencies['store'],
  caller: Asked,
  workspaceId: string,
  bound: readonly string[],
): Party {
  const { userId, sessionId, role, apiKeyId, platform } = caller;
  const everybody = store.grantOf(workspaceId, PUBLIC);
  const own = userId === undefined ? undefined : store.grantOf(workspaceId, userId);
  const roles = [role, everybody?.role, ...bound].filter((one) => one !== undefined);
  const grants = [everybody, own, ...roles.map((one) => store.grantOf(workspaceId, ROLE_TARGET + one))];
  const key = apiKeyId === undefined ? undefined : store.apiKeyById(workspaceId, apiKeyId);
  return {
    ...(userId !== undefined && { userId }),
    ...(sessionId !== undefined && { sessionId }),
    roles: [...new Set(roles)],
    policies: [...new Set(grants.flatMap((grant): readonly Action[] => grant?.policies ?? []))],
    keyRules: key && !key.disabled ? key.rules : [],
    isSuperAdmin: role === 'superadmin' || platform?.role === 'superadmin',
  };
}
