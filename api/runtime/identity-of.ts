import type { EventSource } from '../../shared/core/events/event';
import type { RunIdentity } from '../../shared/core/run/types';
import type { Caller } from '../../shared/ports/access';

/** Whom a run acts for when somebody calls it. */
export const identityOf = ({ correlationId: _, platform: __, apiKeyId: ___, ...identity }: Caller): RunIdentity =>
  identity;

/** Whom a run acts for when an event starts it. The address survives one hop: from the client's own event only. */
export const identityOfSource = ({ userId, sessionId, socketId, ip, automationSlug }: EventSource): RunIdentity => ({
  ...(userId !== undefined && { userId }),
  ...(sessionId !== undefined && { sessionId }),
  ...(socketId !== undefined && { socketId }),
  ...(ip !== undefined && automationSlug === undefined && { ip }),
});
