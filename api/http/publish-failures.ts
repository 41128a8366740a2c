import type { JsonObject } from '../../shared/core/json';
import type { Broker } from '../../shared/ports/broker';
import type { Log } from '../../shared/ports/log';
import type { Failure } from './create-app';
import { mintNativeEvent, type Host } from './mint-event';

/** Not found is no failure; nobody is known behind a 401; an event for each refused call would feed an overload. */
const silent = new Set([401, 404, 503]);

/** Makes an `error` event of a failed request, in the workspace that it was meant for. */
export const createPublishFailures =
  (dependencies: {
    readonly broker: Broker;
    readonly log: Log;
    readonly host: Host;
    /** Events of workspaces that do not exist would be kept for nobody. */
    readonly workspaceExists: (workspaceId: string) => boolean;
  }) =>
  ({ status, body, request, workspaceId }: Failure): void => {
    const { broker, log, host, workspaceExists } = dependencies;
    if (silent.has(status) || workspaceId === undefined || !workspaceExists(workspaceId)) return;
    const { caller, http } = request;
    const { correlationId, userId, sessionId, ip } = caller;
    const event = mintNativeEvent({
      type: 'error',
      payload: fitting(body),
      source: {
        correlationId,
        workspaceId,
        ...(userId && { userId }),
        ...(sessionId && { sessionId }),
        ...(ip && { ip }),
        http,
      },
      host,
    });
    broker.append([{ event }]).catch((error: unknown) => {
      log.error({ correlationId, workspaceId, stack: String(error) }, 'error event could not be published');
    });
  };

/** Characters of an error that an event tells; the caller has got all of it. */
const MOST = 50_000;
const fitting = (body: JsonObject): JsonObject =>
  JSON.stringify(body).length <= MOST ? body : { ...body, details: { reason: 'TooLarge', limit: MOST } };
