import type { JsonObject } from '../../shared/core/json';
import type { Broker } from '../../shared/ports/broker';
import type { Log } from '../../shared/ports/log';
import type { HttpRequest } from './contract';
import { mintNativeEvent, type Host } from './mint-event';

export interface Announcement {
  readonly workspaceId: string;
  readonly type: string;
  readonly payload: JsonObject;
}

export interface AnnounceDependencies {
  readonly broker: Pick<Broker, 'append'>;
  readonly host: Host;
  readonly log: Log;
  readonly settings: {
    /** Characters of one event. */
    readonly eventMaxLength: number;
  };
}

/**
 * Events of the platform about what has been saved. They come after the save: it counts also when nobody can be told,
 * and then the log says so.
 */
export async function announce(
  { broker, host, log, settings }: AnnounceDependencies,
  { caller, http }: Pick<HttpRequest, 'caller' | 'http'>,
  announcements: readonly Announcement[],
): Promise<void> {
  if (announcements.length === 0) return;
  const { correlationId, userId, sessionId, ip, platform: { sourceWorkspaceId } = {} } = caller;
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
        ...(sourceWorkspaceId !== undefined && { sourceWorkspaceId }),
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
export function fitting(payload: JsonObject, most: number): JsonObject {
  if (JSON.stringify(payload).length <= most) return payload;
  return Object.fromEntries(
    Object.entries(payload).map(([name, value]) => {
      const length = JSON.stringify(value).length;
      return [name, length > most / 10 ? { omitted: 'TooLarge', length } : value];
    }),
  );
}
