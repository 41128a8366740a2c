import { isPlatformError } from '../../../shared/core/errors/errors';
import { mayExecute } from '../../../shared/core/permissions/may-execute';
import type { Broker } from '../../../shared/ports/broker';
import { alreadyTold } from '../../http/already-told';
import type { Host } from '../../http/mint-event';
import { runKeyOf, type RunRequest } from '../runs/start-input';
import type { StartRun } from '../runs/start-run';
import type { CheckArguments } from './check-arguments';
import { refusalEvents } from './refusal-events';

export interface CheckedStartDependencies {
  readonly checkArguments: CheckArguments;
  readonly broker: Pick<Broker, 'append'>;
  readonly host: Host;
}

/**
 * Starts a run whose arguments are as its automation declares them. Otherwise nothing starts: events tell of it, and a
 * caller is told.
 * @throws InvalidArgumentsError to a caller
 */
export const createCheckedStart =
  (startRun: StartRun, { checkArguments, broker, host }: CheckedStartDependencies): StartRun =>
  async (request, options) => {
    try {
      // Who may not execute it is told so, and not what it takes: the run itself refuses.
      if (isAllowed(request)) await checkArguments(request);
    } catch (error) {
      const isRefusal = isPlatformError(error) && error.code === 'InvalidArgumentsError';
      if (!isRefusal) throw error;
      await broker.append(refusalEvents(request, error, host).map((event) => ({ event })));
      if (options.who === 'caller') throw alreadyTold(error);
      const { release, automation, id } = request;
      return { run: runKeyOf(release.workspaceId, automation, id), started: false };
    }
    return startRun(request, options);
  };

function isAllowed({ release, automation, identity }: RunRequest): boolean {
  const found = Object.hasOwn(release.automations, automation) ? release.automations[automation] : undefined;
  return found === undefined || mayExecute(release.rules ?? [], identity, found);
}
