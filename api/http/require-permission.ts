import { fail } from '../../shared/core/errors/errors';
import type { Action, Caller, Permissions, Subject } from '../../shared/ports/access';

/** @throws ForbiddenError when the caller may not do this */
export async function requirePermission(
  permissions: Permissions,
  caller: Caller,
  action: Action,
  subject: Subject,
): Promise<void> {
  const { allowed, reason } = await permissions.decide(caller, action, subject);
  if (allowed) return;
  const { type, id, value } = subject;
  throw fail('ForbiddenError', reason ?? `You may not ${action} ${type} here`, {
    action,
    subjectType: type,
    ...(id !== undefined && { id }),
    // Only of events is more known than the id, and of those no more than what they are.
    ...(type === 'events' && value?.['type'] !== undefined && { subject: { type: value['type'] } }),
  });
}
