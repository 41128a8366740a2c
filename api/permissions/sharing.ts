import { fail } from '../../shared/core/errors/errors';
import { isObject, type JsonObject } from '../../shared/core/json';
import type { Action } from '../../shared/core/permissions/actions';
import { compileSecurity, securityFile } from '../../shared/core/workspaces/compile-security';
import type { WorkspaceView } from '../../shared/ports/deployments';
import { PUBLIC, ROLE_TARGET, type Grant } from '../../shared/ports/permission-store';
import { announce } from '../http/announce';
import type { HttpRequest, Reply } from '../http/contract';
import { authorise } from './authorise';
import type { PermissionsDependencies } from './dependencies';

/** Word of callers -> action; `write` is what they say for changing. */
const POLICIES: { readonly [policy: string]: Action } = {
  read: 'read',
  write: 'update',
  update: 'update',
  create: 'create',
  manage_permissions: 'manage_permissions',
};

const OWNER = 'owner';

/** GET: whom the workspace is shared with, its maker among them. */
export const createListPermissions = (dependencies: PermissionsDependencies) =>
  async function listPermissions(request: HttpRequest): Promise<Reply> {
    const { workspaceId } = await authorise(dependencies, request, 'manage_permissions');
    const { store, creatorOf } = dependencies;
    const creator = creatorOf(workspaceId);
    const owner: readonly Grant[] =
      creator === undefined ? [] : [{ target: creator, role: OWNER, policies: [], at: 0 }];
    const others = store.grants(workspaceId).filter(({ target }) => target !== creator);
    const result = await Promise.all([...owner, ...others].map((grant) => shown(dependencies, grant)));
    return { body: { result } };
  };

/**
 * POST: what the target had is replaced.
 * @throws CollaboratorNotFound · UnknownRole · InvalidPermissions · ForbiddenError to make an owner without being one
 */
export const createShare = (dependencies: PermissionsDependencies) =>
  async function share(request: HttpRequest): Promise<Reply> {
    const view = await authorise(dependencies, request, 'manage_permissions');
    const { workspaceId } = view;
    const { target, permissions } = request.body as { readonly target: JsonObject; readonly permissions: JsonObject };
    const grant = await grantOf(dependencies, view, request, { target, permissions });
    await dependencies.store.share(workspaceId, grant);
    const entry = await shown(dependencies, grant);
    await announce(dependencies, request, [
      { workspaceId, type: 'workspaces.permissions.shared', payload: { subjectId: workspaceId, ...entry } },
    ]);
    return { body: entry };
  };

/** DELETE: by user id, `*` or `role:<name>`. What was not there is gone all the same. */
export const createUnshare = (dependencies: PermissionsDependencies) =>
  async function unshare(request: HttpRequest): Promise<Reply> {
    const { workspaceId } = await authorise(dependencies, request, 'manage_permissions');
    const target = request.params['targetId'] ?? '';
    assertNotMaker(dependencies, workspaceId, target);
    const { store } = dependencies;
    await assertMayTouch(dependencies, request, workspaceId, store.grantOf(workspaceId, target)?.role);
    if (await store.unshare(workspaceId, target))
      await announce(dependencies, request, [
        {
          workspaceId,
          type: 'workspaces.permissions.deleted',
          payload: { subjectId: workspaceId, target: targetJson(target) },
        },
      ]);
    return { body: { id: target } };
  };

async function grantOf(
  dependencies: PermissionsDependencies,
  view: WorkspaceView,
  request: HttpRequest,
  { target, permissions }: { readonly target: JsonObject; readonly permissions: JsonObject },
): Promise<Grant> {
  const { workspaceId } = view;
  const to = await targetOf(dependencies, view, target);
  const { role, policies = {}, ...others } = permissions;
  const unknown = [
    ...Object.keys(others),
    ...Object.keys(policies ?? {}).filter((policy) => !Object.hasOwn(POLICIES, policy)),
  ];
  if (unknown.length > 0)
    throw fail('InvalidPermissions', `These cannot be granted: ${unknown.join(', ')}`, {
      fields: unknown,
      policies: Object.keys(POLICIES),
    });
  assertNotMaker(dependencies, workspaceId, to);
  if (typeof role === 'string' && to.startsWith(ROLE_TARGET))
    throw fail('InvalidPermissions', 'A role cannot be given another role: give it policies', { role, target: to });
  if (typeof role === 'string') assertRole(view, role);
  await assertMayTouch(dependencies, request, workspaceId, typeof role === 'string' ? role : undefined);
  await assertMayTouch(dependencies, request, workspaceId, dependencies.store.grantOf(workspaceId, to)?.role);
  const allowed = isObject(policies) ? Object.entries(policies).filter(([, is]) => is === true) : [];
  const actions = [...new Set(allowed.flatMap(([policy]) => POLICIES[policy] ?? []))];
  const { userId } = request.caller;
  return {
    target: to,
    ...(typeof role === 'string' && { role }),
    policies: actions,
    at: Date.now(),
    ...(userId !== undefined && { by: userId }),
  };
}

/** @throws CollaboratorNotFound · UnknownRole · InvalidPermissions */
async function targetOf(
  { collaborator }: Pick<PermissionsDependencies, 'collaborator'>,
  view: WorkspaceView,
  target: JsonObject,
): Promise<string> {
  const { id, role } = target;
  const named = [id, role, target['public']].filter((one) => one !== undefined && one !== false);
  if (named.length !== 1)
    throw fail('InvalidPermissions', 'A target is one of `id`, `public: true` and `role`', { target });
  if (typeof id === 'string') {
    if (id === PUBLIC) return PUBLIC;
    if (!(await collaborator(id))) throw fail('CollaboratorNotFound', `There is no user ${id}`, { id });
    return id;
  }
  if (typeof role !== 'string') return PUBLIC;
  assertRole(view, role);
  return ROLE_TARGET + role;
}

/** @throws UnknownRole */
function assertRole({ files }: WorkspaceView, role: string): void {
  const { authorizations } = compileSecurity('security.yml', files[securityFile(files)]);
  const known = [OWNER, 'editor', ...authorizations.roles.map(({ name }) => name)];
  if (!known.includes(role)) throw fail('UnknownRole', `The workspace has no role ${role}`, { role, known });
}

function assertNotMaker({ creatorOf }: PermissionsDependencies, workspaceId: string, target: string): void {
  if (creatorOf(workspaceId) === target)
    throw fail('InvalidPermissions', 'Who has made the workspace stays its owner', { target });
}

/** Who may share is not yet an owner, and can make none and unmake none. @throws ForbiddenError */
async function assertMayTouch(
  { permissions }: PermissionsDependencies,
  { caller }: HttpRequest,
  workspaceId: string,
  role: string | undefined,
): Promise<void> {
  if (role !== OWNER) return;
  if (await permissions.can(caller, 'manage', { type: 'roles', workspaceId })) return;
  throw fail('ForbiddenError', 'Only owners make owners', { action: 'manage', subjectType: 'roles' });
}

async function shown({ collaborator }: PermissionsDependencies, grant: Grant): Promise<JsonObject> {
  const { target, role, policies } = grant;
  const displayName = isUser(target) ? (await collaborator(target))?.displayName : undefined;
  return {
    target: { ...targetJson(target), ...(displayName !== undefined && { displayName }) },
    permissions: {
      ...(role !== undefined && { role }),
      ...(policies.length > 0 && { policies: Object.fromEntries(policies.map((action) => [action, true])) }),
    },
  };
}

const isUser = (target: string): boolean => target !== PUBLIC && !target.startsWith(ROLE_TARGET);

function targetJson(target: string): JsonObject {
  if (target === PUBLIC) return { id: PUBLIC, public: true };
  return isUser(target) ? { id: target } : { id: target, role: target.slice(ROLE_TARGET.length) };
}
