import { fail } from '../../shared/core/errors/errors';
import { isObject, type JsonObject } from '../../shared/core/json';
import type { Caller } from '../../shared/ports/access';
import type { StoredSecret } from '../../shared/ports/secret-store';
import { announce } from '../http/announce';
import type { HttpRequest, Reply } from '../http/contract';
import { authorise } from './authorise';
import type { PermissionsDependencies } from './dependencies';

/** Settings of the platform; they stand among secrets, for super admins. */
const RESERVED = 'prismeai_';
/** Secrets are hidden wherever they stand: a shorter one would hide every text. */
const SHORTEST = 4;

/** GET: names and what is said of them, never values. Whoever may read none gets none. */
export const createListSecrets = (dependencies: PermissionsDependencies) =>
  async function listSecrets(request: HttpRequest): Promise<Reply> {
    const { workspaceId } = await authorise(dependencies, request, 'read');
    return { body: await readable(dependencies, request.caller, workspaceId) };
  };

/** PUT: the whole set; what is not named goes. A name without a value keeps the one that it has. */
export const createReplaceSecrets = (dependencies: PermissionsDependencies) =>
  async function replaceSecrets(request: HttpRequest): Promise<Reply> {
    return save(dependencies, request, { replaces: true });
  };

/** PATCH: adds and changes those that are named; `null` takes one away. */
export const createUpdateSecrets = (dependencies: PermissionsDependencies) =>
  async function updateSecrets(request: HttpRequest): Promise<Reply> {
    return save(dependencies, request, { replaces: false });
  };

/** @throws ObjectNotFoundError */
export const createDeleteSecret = (dependencies: PermissionsDependencies) =>
  async function deleteSecret(request: HttpRequest): Promise<Reply> {
    const { workspaceId } = await authorise(dependencies, request, 'read');
    const name = request.params['secretName'] ?? '';
    await assertMayChange(dependencies, request.caller, workspaceId, [name]);
    if (!dependencies.secrets.list(workspaceId).some((secret) => secret.name === name))
      throw fail('ObjectNotFoundError', `There is no secret ${name}`, { subjectType: 'secrets', query: { name } });
    await change(dependencies, request, workspaceId, { [name]: null });
    return { body: { secretName: name } };
  };

async function save(
  dependencies: PermissionsDependencies,
  request: HttpRequest,
  { replaces }: { readonly replaces: boolean },
): Promise<Reply> {
  const { workspaceId } = await authorise(dependencies, request, 'read');
  const { caller } = request;
  const known = new Map(dependencies.secrets.list(workspaceId).map((secret) => [secret.name, secret]));
  const given = Object.entries(request.body as JsonObject);
  const mine = [...known.keys()].filter((name) => !name.startsWith(RESERVED));
  const gone = replaces ? mine.filter((name) => !given.some(([one]) => one === name)) : [];
  await assertMayChange(dependencies, caller, workspaceId, [...given.map(([name]) => name), ...gone]);
  const changes: { [name: string]: StoredSecret | null } = Object.fromEntries(gone.map((name) => [name, null]));
  for (const [name, secret] of given)
    changes[name] = secret === null ? null : secretOf(name, secret as JsonObject, caller, known.get(name));
  await change(dependencies, request, workspaceId, changes);
  return { body: await readable(dependencies, caller, workspaceId) };
}

/** @throws MissingFieldError for a new one without a value · RequestValidationError too short */
function secretOf(name: string, given: JsonObject, { userId }: Caller, known: StoredSecret | undefined): StoredSecret {
  const { value, description = known?.description } = given;
  const text = value === undefined || value === null ? known?.value : textOf(value);
  if (text === undefined)
    throw fail('MissingFieldError', `The secret ${name} needs a value`, { fields: [`${name}.value`] });
  if (!name.startsWith(RESERVED) && text.trim().length < SHORTEST)
    throw fail('RequestValidationError', `A secret has at least ${SHORTEST} characters`, { path: `${name}.value` });
  const now = Date.now();
  const createdBy = known ? known.createdBy : userId;
  return {
    name,
    value: text,
    ...(typeof description === 'string' && { description }),
    createdAt: known?.createdAt ?? now,
    ...(createdBy !== undefined && { createdBy }),
    updatedAt: now,
    ...(userId !== undefined && { updatedBy: userId }),
  };
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : isObject(value) || Array.isArray(value) ? JSON.stringify(value) : String(value);

/** Stores, and tells names only. */
async function change(
  dependencies: PermissionsDependencies,
  request: HttpRequest,
  workspaceId: string,
  changes: { readonly [name: string]: StoredSecret | null },
): Promise<void> {
  const known = new Set(dependencies.secrets.list(workspaceId).map(({ name }) => name));
  const real = Object.entries(changes).filter(([name, secret]) => secret !== null || known.has(name));
  if (real.length === 0) return;
  await dependencies.secrets.change(workspaceId, Object.fromEntries(real));
  await dependencies.secretsChanged(workspaceId);
  const names = (wanted: (name: string, secret: StoredSecret | null) => boolean): readonly string[] =>
    real.filter(([name, secret]) => wanted(name, secret)).map(([name]) => name);
  const payload = {
    created: names((name, secret) => secret !== null && !known.has(name)),
    updated: names((name, secret) => secret !== null && known.has(name)),
    deleted: names((_, secret) => secret === null),
  };
  await announce(dependencies, request, [{ workspaceId, type: 'workspaces.secrets.updated', payload }]);
}

/** @throws ForbiddenError */
async function assertMayChange(
  { permissions }: PermissionsDependencies,
  caller: Caller,
  workspaceId: string,
  names: readonly string[],
): Promise<void> {
  const mayAny = await permissions.can(caller, 'update', { type: 'secrets', workspaceId });
  for (const name of mayAny ? names : ['', ...names]) {
    const subject = { type: 'secrets', workspaceId, id: name, value: { name } } as const;
    const { allowed, reason } = await permissions.decide(caller, 'update', subject);
    if (allowed) continue;
    const message = reason ?? (name.startsWith(RESERVED) ? `Names that begin with ${RESERVED} are the platform's` : 'You may not change secrets here'); // prettier-ignore
    throw fail('ForbiddenError', message, {
      action: 'update',
      subjectType: 'secrets',
      ...(name !== '' && { id: name }),
    });
  }
}

async function readable(
  { secrets, permissions }: PermissionsDependencies,
  caller: Caller,
  workspaceId: string,
): Promise<JsonObject> {
  const shown: [string, JsonObject][] = [];
  for (const { name, description, createdAt, createdBy, updatedAt, updatedBy } of secrets.list(workspaceId)) {
    const subject = { type: 'secrets', workspaceId, id: name, value: { name } } as const;
    if (!(await permissions.can(caller, 'read', subject))) continue;
    shown.push([
      name,
      {
        id: name,
        ...(description !== undefined && { description }),
        createdAt: new Date(createdAt).toISOString(),
        ...(createdBy !== undefined && { createdBy }),
        updatedAt: new Date(updatedAt).toISOString(),
        ...(updatedBy !== undefined && { updatedBy }),
      },
    ]);
  }
  return Object.fromEntries(shown);
}
