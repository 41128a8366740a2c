import { fail, type PlatformError } from '../../shared/core/errors/errors';
import type { Diagnostic } from '../../shared/core/automation/diagnostic';
import type { Json, JsonObject } from '../../shared/core/json';
import { compileSecurity, securityFile } from '../../shared/core/workspaces/compile-security';
import { editYaml } from '../../shared/core/workspaces/edit-yaml';
import { readDocument } from '../../shared/core/workspaces/read-document';
import type { Texts } from '../../shared/ports/deployments';
import { announce } from '../http/announce';
import type { HttpRequest, Reply } from '../http/contract';
import { workspaceNotFound } from '../http/require-workspace';
import { authorise } from './authorise';
import type { PermissionsDependencies } from './dependencies';

/** Written by the platform. */
const SYSTEM_FIELDS = ['authentication'];

export const securityOf = (files: Texts): JsonObject => readDocument(files[securityFile(files)]);

/** GET: the document as it is stored, `{}` where there is none. */
export const createGetSecurity = (dependencies: PermissionsDependencies) =>
  async function getSecurity(request: HttpRequest): Promise<Reply> {
    const { files } = await authorise(dependencies, request, 'read');
    return { body: securityOf(files) };
  };

/**
 * PUT: replaces the document. Comments of what stays the same stay in the file.
 * @throws InvalidSecurity with every diagnostic in `details.diagnostics`; nothing is stored then
 */
export const createPutSecurity = (dependencies: PermissionsDependencies) =>
  async function putSecurity(request: HttpRequest): Promise<Reply> {
    const { workspaceId } = await authorise(dependencies, request, 'manage_security');
    const { deployments, store } = dependencies;
    const body = request.body as JsonObject;
    let security: JsonObject = {};
    const { changed } = await deployments.change(workspaceId, (view) => {
      if (!view) throw workspaceNotFound(workspaceId);
      const file = securityFile(view.files);
      const before = securityOf(view.files);
      const system = Object.fromEntries(Object.entries(before).filter(([field]) => SYSTEM_FIELDS.includes(field)));
      const given = Object.entries(body).filter(([field]) => !SYSTEM_FIELDS.includes(field));
      security = { ...Object.fromEntries(given), ...system };
      const text = editYaml(view.files[file] ?? '', security);
      const { authorizations, diagnostics } = compileSecurity(file, text);
      assertSound(diagnostics);
      const declared = new Set(['owner', 'editor', ...authorizations.roles.map(({ name }) => name)]);
      const lost = store.grants(workspaceId).filter(({ role }) => role !== undefined && !declared.has(role));
      const [first] = lost;
      if (first)
        throw fail('InvalidSecurity', `The role ${first.role} is still given to ${first.target}`, {
          roles: [...new Set(lost.map(({ role }) => role ?? ''))],
          targets: lost.map(({ target }) => target),
        });
      const { userId } = request.caller;
      return { changes: { [file]: text }, message: 'security saved', ...(userId !== undefined && { by: userId }) };
    });
    if (changed)
      await announce(dependencies, request, [
        { workspaceId, type: 'workspaces.security.updated', payload: { security } },
      ]);
    return { body: security };
  };

/** @throws InvalidSecurity */
function assertSound(diagnostics: readonly Diagnostic[]): void {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw invalidSecurity(errors);
}

export function invalidSecurity(errors: readonly Diagnostic[]): PlatformError {
  const [first] = errors;
  const more = errors.length === 1 ? '' : `, and ${errors.length - 1} more`;
  return fail('InvalidSecurity', `${first?.path}: ${first?.message}${more}`, {
    diagnostics: errors as unknown as Json,
  });
}

/** GET roles: what a workspace can be shared as. Roles for API keys only are nobody's business. */
export const createListRoles = (dependencies: PermissionsDependencies) =>
  async function listRoles(request: HttpRequest): Promise<Reply> {
    const { files } = await authorise(dependencies, request, 'manage_permissions');
    const { authorizations } = compileSecurity('security.yml', files[securityFile(files)]);
    const custom = authorizations.roles
      .filter(({ auth }) => auth === undefined || !Object.hasOwn(auth, 'apiKey'))
      .map(({ name, description }): JsonObject => ({ name, ...(description !== undefined && { description }) }));
    const builtIn = BUILT_IN_ROLES.filter(({ name }) => !custom.some((one) => one['name'] === name));
    return { body: [...builtIn, ...custom] };
  };

const BUILT_IN_ROLES: readonly { readonly name: string; readonly description: string }[] = [
  { name: 'owner', description: 'May do everything in the workspace' },
  { name: 'editor', description: 'May change the workspace, but neither delete it nor decide who may do what' },
];
