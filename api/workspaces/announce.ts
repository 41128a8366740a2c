import type { JsonObject } from '../../shared/core/json';
import { mintNativeEvent } from '../http/mint-event';
import type { HttpRequest } from '../http/contract';
import type { WorkspacesDependencies } from './dependencies';

export interface Announcement {
  readonly workspaceId: string;
  readonly type: string;
  readonly payload: JsonObject;
}

/**
 * Events of the platform about what has been saved. They come after the save: it counts also when nobody can be told,
 * and then the log says so.
 */
export async function announce(
  { broker, host, log, settings }: Pick<WorkspacesDependencies, 'broker' | 'host' | 'log' | 'settings'>,
  { caller, http }: Pick<HttpRequest, 'caller' | 'http'>,
  announcements: readonly Announcement[],
): Promise<void> {
  if (announcements.length === 0) return;
  const { correlationId, userId, sessionId, ip } = caller;
  const events = announcements.map(({ workspaceId, type, payload }) => ({
    event: mintNativeEvent({
      type,
      payload: fitting(payload, settings.eventMaxLength / 2),
      source: {
        correlationId,
        workspaceId,
        ...(userId !== undefined && { userId }),
        ...(sessionId !== undefined && { sessionId }),
        ...(ip !== undefined && { ip }),
        http,
      },
      host,
    }),
  }));
  await broker.append(events).catch((error: unknown) => {
    log.error({ correlationId, err: error, types: announcements.map(({ type }) => type) }, 'saved, but not announced');
  });
}

/** What makes an event too large is named instead of shown. */
function fitting(payload: JsonObject, most: number): JsonObject {
  if (JSON.stringify(payload).length <= most) return payload;
  return Object.fromEntries(
    Object.entries(payload).map(([name, value]) => {
      const length = JSON.stringify(value).length;
      return [name, length > most / 10 ? { omitted: 'TooLarge', length } : value];
    }),
  );
}
