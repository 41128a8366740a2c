import { fail } from '../../shared/core/errors/errors';
import type { Action, Caller, Permissions, Subject } from '../../shared/ports/access';

/** @throws ForbiddenError when the caller may not do this */
export async function requirePermission(
  permissions: Permissions,
  caller: Caller,
  action: Action,
  subject: Subject,
): Promise<void> {
  if (await permissions.can(caller, action, subject)) return;
  const { type, id, value } = subject;
  throw fail('ForbiddenError', `You may not ${action} ${type} here`, {
    action,
    subjectType: type,
    ...(id !== undefined && { id }),
    ...(value !== undefined && { subject: value }),
  });
}
