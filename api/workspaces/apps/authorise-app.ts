import type { Action } from '../../../shared/ports/access';
import type { HttpRequest } from '../../http/contract';
import { requirePermission } from '../../http/require-permission';
import { memberOf } from '../authorise';
import type { AppsDependencies } from './dependencies';

type Access = Pick<AppsDependencies, 'permissions' | 'roles'>;

/** An app has the rights of the workspace that it was published from. */
interface Owned {
  readonly slug: string;
  readonly workspaceId: string;
}

const subjectOf = ({ slug, workspaceId }: Owned) => ({ type: 'apps', workspaceId, id: slug }) as const;

/** @throws ForbiddenError */
export async function requireOnApp(
  access: Access,
  { caller }: Pick<HttpRequest, 'caller'>,
  action: Action,
  app: Owned,
): Promise<void> {
  const member = await memberOf(access, caller, app.workspaceId);
  await requirePermission(access.permissions, member, action, subjectOf(app));
}

export const mayReadApp = async (
  access: Access,
  { caller }: Pick<HttpRequest, 'caller'>,
  app: Owned,
): Promise<boolean> => access.permissions.can(await memberOf(access, caller, app.workspaceId), 'read', subjectOf(app));
