import type { EventSource } from '../../shared/core/events/event';
import type { RunIdentity } from '../../shared/core/run/types';
import type { Caller } from '../../shared/ports/access';

/** Whom a run acts for when somebody calls it: a person, or the run of a workspace, which has fewer rights for the same user. */
export function identityOf({ correlationId: _, platform, apiKeyId: __, ...identity }: Caller): RunIdentity {
  const { sourceWorkspaceId } = platform ?? {};
  return { ...identity, ...(sourceWorkspaceId !== undefined && { sourceWorkspaceId }) };
}

/** Whom a run acts for when an event starts it. The address survives one hop: from the client's own event only. */
export const identityOfSource = ({
  userId,
  sessionId,
  socketId,
  ip,
  sourceWorkspaceId,
  automationSlug,
}: EventSource): RunIdentity => ({
  ...(userId !== undefined && { userId }),
  ...(sessionId !== undefined && { sessionId }),
  ...(socketId !== undefined && { socketId }),
  ...(sourceWorkspaceId !== undefined && { sourceWorkspaceId }),
  ...(ip !== undefined && automationSlug === undefined && { ip }),
});
