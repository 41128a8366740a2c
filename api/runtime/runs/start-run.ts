import { storedOwners } from '../../../shared/core/run/context-owners';
import type { RunKey } from '../../../shared/core/run/types';
import type { ContextStore } from '../../../shared/ports/context-store';
import type { RateLimits } from '../../../shared/ports/rate-limits';
import type { RunEngine } from '../../../shared/ports/run-engine';
import type { Admission } from '../admission';
import { runKeyOf, type RunRequest, type StartInputs } from './start-input';

export interface StartOptions {
  readonly who: 'caller' | 'event';
  /** Leaves the queue for a slot; a start that is on its way goes on. */
  readonly signal?: AbortSignal;
  /** Told when the run has its slot. */
  readonly admitted?: () => void;
}

/** @returns `started: false` when a run with this key is there already, which is success */
export type StartRun = (
  request: RunRequest,
  options: StartOptions,
) => Promise<{ readonly run: RunKey; readonly started: boolean }>;

/**
 * Admits and starts one run; durable when it returns.
 * @throws Overloaded no room
 */
export const createStartRun =
  (dependencies: {
    readonly admission: Admission;
    readonly contexts: ContextStore;
    readonly engine: Pick<RunEngine, 'start'>;
    readonly inputs: StartInputs;
    readonly rates: RateLimits;
  }): StartRun =>
  async (request, { who, signal, admitted }) => {
    const { admission, contexts, engine, inputs, rates } = dependencies;
    const { workspaceId } = request.release;
    const run = runKeyOf(workspaceId, request.automation, request.id);
    const slot = await admission.enter(run, who, signal);
    admitted?.();
    try {
      // The run itself waits for its token, so that the delay outlives this process; it reads its contexts behind it.
      const throttledMs = rates.take(workspaceId, 'automations', 1);
      const input =
        throttledMs > 0
          ? inputs.of({ ...request, throttledMs })
          : inputs.of(request, await contexts.read(workspaceId, storedOwners(request.identity, request.correlationId)));
      const { started } = await engine.start({ key: run, input, summary: summaryOf(request) });
      // It is another start's run: that one holds a slot for it, if it still needs one.
      if (!started || throttledMs > 0) slot.release();
      if (!started) rates.giveBack(workspaceId, 'automations', 1);
      return { run, started };
    } catch (error) {
      slot.release();
      throw error;
    }
  };

/** One sentence for the operator's list. */
function summaryOf({ trigger, http }: RunRequest): string {
  const { type, value, id } = trigger;
  if (type === 'endpoint') return `called by ${String(http?.['method'] ?? 'HTTP')} on the endpoint ${value}`;
  if (type === 'event') return `started by the event ${value} ${id ?? ''}`.trimEnd();
  return type === 'schedule' ? `started by the schedule ${value}` : `test of ${value}`;
}
