import type { Operations } from '../../shared/contracts/api/runs.generated';
import { fail } from '../../shared/core/errors/errors';
import type { Json, JsonObject } from '../../shared/core/json';
import { isOpenStatus } from '../../shared/core/run/run-note';
import type { StartInput } from '../../shared/core/run/types';
import type { Broker } from '../../shared/ports/broker';
import type { TraceStore } from '../../shared/ports/flush-store';
import type { IndexedRun } from '../../shared/ports/run-index';
import type { RunOperations } from '../../shared/ports/run-operations';
import type { WaitStore } from '../../shared/ports/wait-store';
import type { HttpRequest, Reply } from '../http/contract';
import { mintNativeEvent, type Host } from '../http/mint-event';
import { newUlid } from '../http/new-ulid';
import { findRun, maySeeValues } from './find-run';
import type { ListRunsDependencies } from './list-runs';
import { toRunRow } from './run-row';

/** Starts a run in the release in force. @returns its key @throws ObjectNotFoundError when the automation is gone */
export type StartAgain = (start: StartInput, id: string, correlationId: string) => Promise<string>;

export interface ActOnRunDependencies extends ListRunsDependencies {
  readonly operations: Pick<RunOperations, 'cancel' | 'terminate'>;
  readonly traces: Pick<TraceStore, 'read'>;
  readonly waits: Pick<WaitStore, 'forget'>;
  readonly broker: Pick<Broker, 'append'>;
  readonly startAgain: StartAgain;
  readonly host: Host;
  /** How long an answer waits for the list to follow. */
  readonly followMs?: number;
}

type Wish = Operations['actOnRun']['body'];

/**
 * Cancels (the run ends in order: it closes its waits and answers its caller), terminates (at once), or starts again with
 * the same input in the release in force.
 * @throws ForbiddenError · ObjectNotFoundError · ConflictError when the run is not in the status that was meant
 */
export const createActOnRun = (dependencies: ActOnRunDependencies) =>
  async function actOnRun(request: HttpRequest): Promise<Reply> {
    const wish = request.body as unknown as Wish;
    const run = await findRun(dependencies, request, 'update');
    if (wish.ifStatus !== undefined && wish.ifStatus !== run.status) throw changed(run);
    const acted = await carryOut(dependencies, run, wish, request);
    await dependencies.broker.append([{ event: performed(dependencies.host, request, { wish, run, acted }) }]);
    const view = {
      placeOf: dependencies.placeOf,
      values: await maySeeValues(dependencies, request),
      now: (dependencies.now ?? Date.now)(),
    };
    const reply: Operations['actOnRun']['reply'] = { run: await toRunRow(acted, view) };
    return { body: reply as unknown as Json };
  };

async function carryOut(
  dependencies: ActOnRunDependencies,
  run: IndexedRun,
  { action, reason }: Wish,
  { caller }: HttpRequest,
): Promise<IndexedRun> {
  const { operations, index, waits } = dependencies;
  if (action === 'restart') {
    const key = await startAgain(dependencies, run, caller.correlationId);
    return (
      (await followed(dependencies, run.workspaceId, key, () => true)) ?? justStarted(run, key, caller.correlationId)
    );
  }
  if (!isOpenStatus(run.status)) throw changed(run);
  const why = `${reason} (${caller.userId ?? 'anonymous'})`;
  if (action === 'cancel') {
    if (!(await operations.cancel(run.run, why))) throw changed(run);
    return (await followed(dependencies, run.workspaceId, run.run, ({ status }) => !isOpenStatus(status))) ?? run;
  }
  if (!(await operations.terminate(run.run, why))) throw changed(run);
  const { workspaceId, engineRunId } = run;
  const error = { error: 'RunTerminated', message: reason };
  await index.correct([{ run: run.run, workspaceId, engineRunId, status: 'terminated', closedAt: Date.now(), error }]);
  await waits.forget(run.run);
  return (await index.get(workspaceId, run.run)) ?? run;
}

async function startAgain({ traces, startAgain: start }: ActOnRunDependencies, run: IndexedRun, correlationId: string) {
  const records = await traces.read(run.run);
  for (const { turns } of records)
    for (const { items } of turns)
      for (const item of items) if ('start' in item) return start(item.start, newUlid(), correlationId);
  throw fail('ObjectNotFoundError', 'What the run was started with is not kept any more', {
    subjectType: 'traces',
    query: run.run,
  });
}

const changed = ({ run, status }: IndexedRun) => fail('ConflictError', `The run is ${status}`, { run, status });

/** What was done stands in the list a moment later; the answer waits for that moment, and not for ever. */
async function followed(
  { index, followMs = 1_500 }: ActOnRunDependencies,
  workspaceId: string,
  run: string,
  there: (run: IndexedRun) => boolean,
): Promise<IndexedRun | null> {
  const until = Date.now() + followMs;
  for (;;) {
    const found = await index.get(workspaceId, run);
    if ((found && there(found)) || Date.now() >= until) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The list does not know it yet. */
const justStarted = (from: IndexedRun, run: string, correlationId: string): IndexedRun => ({
  ...{ run, correlationId, workspaceId: from.workspaceId, automation: from.automation, release: from.release },
  ...{ trigger: from.trigger, depth: from.depth, engineRunId: '', status: 'running', startedAt: Date.now() },
  ...{ throttledMs: 0, waits: [], waitCount: 0 },
});

interface Done {
  readonly wish: Wish;
  /** Before. */
  readonly run: IndexedRun;
  readonly acted: IndexedRun;
}

function performed(host: Host, request: HttpRequest, { wish: { action, reason }, run, acted }: Done) {
  const { correlationId, userId, sessionId, ip } = request.caller;
  const payload: JsonObject = {
    ...{ run: run.run, automation: run.automation, action, reason, before: run.status },
    ...(action === 'restart' && { startedAs: acted.run }),
  };
  return mintNativeEvent({
    type: 'runtime.operations.performed',
    payload,
    source: {
      correlationId,
      workspaceId: run.workspaceId,
      ...(userId && { userId }),
      ...(sessionId && { sessionId }),
      ...(ip && { ip }),
      http: request.http,
    },
    host,
  });
}
