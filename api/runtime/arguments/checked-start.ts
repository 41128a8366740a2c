import { isPlatformError, toErrorValue, type PlatformError } from '../../../shared/core/errors/errors';
import type { Event } from '../../../shared/core/events/event';
import { appSource } from '../../../shared/core/events/app-source';
import { mayExecute } from '../../../shared/core/permissions/may-execute';
import type { Broker } from '../../../shared/ports/broker';
import { mintNativeEvent, type Host } from '../../http/mint-event';
import { runKeyOf, type RunRequest } from '../runs/start-input';
import type { StartRun } from '../runs/start-run';
import type { CheckArguments } from './check-arguments';

export interface CheckedStartDependencies {
  readonly checkArguments: CheckArguments;
  readonly broker: Pick<Broker, 'append'>;
  readonly host: Host;
}

/**
 * Starts a run whose arguments are as its automation declares them. Otherwise nothing starts: a caller is told, and
 * where nobody waits, an `error` event tells.
 * @throws InvalidArgumentsError to a caller; the HTTP door makes the `error` event of it
 */
export const createCheckedStart =
  (startRun: StartRun, { checkArguments, broker, host }: CheckedStartDependencies): StartRun =>
  async (request, options) => {
    try {
      // Who may not execute it is told so, and not what it takes: the run itself refuses.
      if (isAllowed(request)) await checkArguments(request);
    } catch (error) {
      const isRefusal = isPlatformError(error) && error.code === 'InvalidArgumentsError';
      if (!isRefusal || options.who === 'caller') throw error;
      await broker.append([{ event: refusalOf(request, error, host) }]);
      const { release, automation, id } = request;
      return { run: runKeyOf(release.workspaceId, automation, id), started: false };
    }
    return startRun(request, options);
  };

function isAllowed({ release, automation, identity }: RunRequest): boolean {
  const found = Object.hasOwn(release.automations, automation) ? release.automations[automation] : undefined;
  return found === undefined || mayExecute(release.rules ?? [], identity, found);
}

/** The same event, refused again after a crash, makes the same error: its id is derived. */
function refusalOf({ release, automation, id, ...request }: RunRequest, error: PlatformError, host: Host): Event {
  const { userId, sessionId, ip } = request.identity;
  const { slug = automation, instance = '' } = release.automations[automation] ?? {};
  return mintNativeEvent({
    id: `${id}-${automation}-invalid-arguments`,
    type: 'error',
    payload: { ...toErrorValue(error) },
    source: {
      correlationId: request.correlationId,
      workspaceId: release.workspaceId,
      ...(userId !== undefined && { userId }),
      ...(sessionId !== undefined && { sessionId }),
      ...(ip !== undefined && { ip }),
      automationSlug: slug,
      automationDepth: request.depth + 1,
      ...appSource(instance, release.instances?.[instance]?.appSlug),
      ...(request.http && { http: request.http }),
    },
    host,
  });
}
