import { createHash, randomUUID } from 'node:crypto';
import { fail } from '../../shared/core/errors/errors';
import type { Json, JsonObject } from '../../shared/core/json';
import type { Rule } from '../../shared/core/permissions/rule';
import { compileSecurity } from '../../shared/core/workspaces/compile-security';
import { toYaml } from '../../shared/core/workspaces/edit-yaml';
import type { ApiKey, PermissionStore } from '../../shared/ports/permission-store';
import { announce } from '../http/announce';
import type { HttpRequest, Reply } from '../http/contract';
import { newUlid } from '../http/new-ulid';
import { authorise } from './authorise';
import type { PermissionsDependencies } from './dependencies';
import { invalidSecurity } from './security';

const HINT_LENGTH = 8;

/** GET: what keys there are. None of them is shown: only its first letters are known. */
export const createListApiKeys = (dependencies: PermissionsDependencies) =>
  async function listApiKeys(request: HttpRequest): Promise<Reply> {
    const { workspaceId } = await authorise(dependencies, request, 'manage_permissions');
    return { body: dependencies.store.apiKeys(workspaceId).map((key) => keyJson(workspaceId, key)) };
  };

/** POST: `apiKey` of this answer is the key; it is shown this once. @throws InvalidSecurity */
export const createCreateApiKey = (dependencies: PermissionsDependencies) =>
  async function createApiKey(request: HttpRequest): Promise<Reply> {
    const { workspaceId } = await authorise(dependencies, request, 'manage_permissions');
    const apiKey = randomUUID();
    const id = newUlid();
    const key = await keyOf(dependencies, request, { id, hash: hashOf(apiKey), hint: apiKey.slice(0, HINT_LENGTH) });
    await dependencies.store.putApiKey(workspaceId, key);
    await tell(dependencies, request, 'apikeys.created', key);
    return { body: { ...keyJson(workspaceId, key), apiKey } };
  };

/** PUT: name, rules, disabled or not. @throws ObjectNotFoundError · InvalidSecurity */
export const createUpdateApiKey = (dependencies: PermissionsDependencies) =>
  async function updateApiKey(request: HttpRequest): Promise<Reply> {
    const { workspaceId } = await authorise(dependencies, request, 'manage_permissions');
    const known = find(dependencies.store, request);
    const key = await keyOf(dependencies, request, known);
    await dependencies.store.putApiKey(workspaceId, key);
    await tell(dependencies, request, 'apikeys.updated', key);
    return { body: keyJson(workspaceId, key) };
  };

/** DELETE: it opens nothing from now on. @throws ObjectNotFoundError */
export const createDeleteApiKey = (dependencies: PermissionsDependencies) =>
  async function deleteApiKey(request: HttpRequest): Promise<Reply> {
    const { workspaceId } = await authorise(dependencies, request, 'manage_permissions');
    const key = find(dependencies.store, request);
    await dependencies.store.removeApiKey(workspaceId, key.id);
    await tell(dependencies, request, 'apikeys.deleted', key);
    return { body: { apiKey: request.params['apiKey'] ?? '' } };
  };

/** By its id, or by the key itself. @throws ObjectNotFoundError */
function find(store: PermissionStore, { params }: HttpRequest): ApiKey {
  const { workspaceId = '', apiKey = '' } = params;
  const found = store.apiKeyById(workspaceId, apiKey) ?? store.apiKeyByHash(workspaceId, hashOf(apiKey));
  if (found) return found;
  throw fail('ObjectNotFoundError', 'There is no such API key', { subjectType: 'apikeys' });
}

/** As `hashOfApiKey` of the driver that looks keys up. */
const hashOf = (key: string): string => createHash('sha256').update(key).digest('base64url');

/** @throws InvalidSecurity · ForbiddenError for rules that reach further than the caller */
async function keyOf(
  dependencies: PermissionsDependencies,
  request: HttpRequest,
  known: Pick<ApiKey, 'id' | 'hash' | 'hint'> & Partial<ApiKey>,
): Promise<ApiKey> {
  const {
    name,
    rules: written,
    disabled,
  } = request.body as {
    readonly name: string;
    readonly rules: readonly JsonObject[];
    readonly disabled?: boolean;
  };
  const { workspaceId = '' } = request.params;
  const source = toYaml({ authorizations: { rules: written } });
  const { authorizations, diagnostics } = compileSecurity('rules', source);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0)
    // The places are those of a text that the caller has never seen.
    throw invalidSecurity(errors.map(({ line: _line, col: _col, endCol: _end, ...error }) => error));
  await assertOwnsRights(dependencies, request, workspaceId, authorizations.rules);
  const { id, hash, hint, at = Date.now(), by = request.caller.userId } = known;
  const { rules } = authorizations;
  const own = { id, hash, hint, name, source: JSON.stringify(written), rules, at };
  return { ...own, ...(disabled === true && { disabled: true }), ...(by !== undefined && { by }) };
}

/**
 * A key is no way around: who is no owner gives it nothing that would make an owner of whoever holds it.
 * @throws ForbiddenError
 */
async function assertOwnsRights(
  { permissions }: PermissionsDependencies,
  { caller }: HttpRequest,
  workspaceId: string,
  rules: readonly Rule[],
): Promise<void> {
  for (const { actions, subjects, inverted } of rules)
    for (const type of inverted ? [] : subjects)
      for (const action of actions)
        if (!(await permissions.can(caller, action, { type, workspaceId, id: workspaceId })) && isPowerful(action))
          throw fail('ForbiddenError', `A key cannot be given more than you may do: ${action} ${type}`, {
            action,
            subjectType: type,
          });
}

const isPowerful = (action: string): boolean =>
  ['manage', 'delete', 'manage_permissions', 'manage_security', 'manage_repositories'].includes(action);

const keyJson = (workspaceId: string, { id, hint, name, source, disabled, at, by }: ApiKey): JsonObject => ({
  id,
  apiKey: `${hint}…`,
  name,
  rules: JSON.parse(source) as Json,
  subjectType: 'workspaces',
  subjectId: workspaceId,
  disabled: disabled === true,
  createdAt: new Date(at).toISOString(),
  ...(by !== undefined && { createdBy: by }),
});

const tell = (
  dependencies: PermissionsDependencies,
  request: HttpRequest,
  type: string,
  key: ApiKey,
): Promise<void> => {
  const workspaceId = request.params['workspaceId'] ?? '';
  return announce(dependencies, request, [{ workspaceId, type, payload: keyJson(workspaceId, key) }]);
};
