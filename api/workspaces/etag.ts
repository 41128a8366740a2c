import { fail } from '../../shared/core/errors/errors';
import type { WorkspaceView } from '../../shared/ports/deployments';
import type { WorkspaceRecords } from '../../shared/ports/workspace-records';
import type { HttpRequest } from '../http/contract';
import type { FoundAutomation } from './documents';

/** Names the text: same text, same tag. */
export const etagOf = ({ digest }: Pick<FoundAutomation, 'digest'>): string => `"${digest}"`;

/** @throws PreconditionFailedError when `If-Match` names another text than the one that is there, or `If-None-Match: *` finds one */
export function assertMatches(
  records: Pick<WorkspaceRecords, 'workspaceAudit'>,
  { headers }: Pick<HttpRequest, 'headers'>,
  { workspaceId }: Pick<WorkspaceView, 'workspaceId'>,
  found: FoundAutomation | undefined,
): void {
  const [wanted, unwanted] = [headers['if-match'], headers['if-none-match']];
  const etag = found && etagOf(found);
  if (wanted !== undefined && (etag === undefined || !names(wanted, etag))) {
    const { updatedAt, updatedBy } = (found && records.workspaceAudit(workspaceId, found.file)) ?? {};
    throw fail(
      'PreconditionFailedError',
      found ? 'The text has changed since it was read' : 'There is no such automation',
      {
        etag: etag ?? null,
        ...(updatedBy !== undefined && { by: updatedBy }),
        ...(updatedAt !== undefined && { at: new Date(updatedAt).toISOString() }),
      },
    );
  }
  if (unwanted !== undefined && etag !== undefined && names(unwanted, etag))
    throw fail('PreconditionFailedError', 'There is such an automation already', { etag });
}

const names = (header: string, etag: string): boolean =>
  header.split(',').some((one) => ['*', etag].includes(one.trim().replace(/^W\//, '')));
