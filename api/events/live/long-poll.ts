import { fail } from '../../../shared/core/errors/errors';
import type { Event, LoggedEvent } from '../../../shared/core/events/event';
import type { Json } from '../../../shared/core/json';
import type { EventQuery } from '../../../shared/ports/event-history';
import type { Handler, HttpRequest, Reply } from '../../http/contract';
import { requireWorkspace } from '../../http/require-workspace';
import { toEventQuery } from '../event-query';
import type { HeldPlaces } from './held-places';
import { toLiveFilter, type Live } from './live';

const LONGEST_WAIT_S = 30;

export interface LongPollDependencies {
  readonly live: Live;
  readonly places: HeldPlaces;
  readonly workspaces: { has(workspaceId: string): boolean };
}

/**
 * GET events with `wait` or `afterId`: what came after that event, oldest first, or the first that comes within so many
 * seconds. `cursor` of the answer is the `afterId` of the next call, also when nothing came.
 * @param search answers every other GET events
 */
export const createLongPoll = ({ live, places, workspaces }: LongPollDependencies, search: Handler): Handler =>
  async function longPoll(request): Promise<Reply> {
    const { wait, afterId, ...query } = request.query;
    if (wait === undefined && afterId === undefined) return search(request);
    const workspaceId = request.params['workspaceId'] ?? '';
    requireWorkspace(workspaces, workspaceId);
    const filters = toEventQuery(query);
    refuseBounds(filters);
    const giveBack = places.take(workspaceId);
    try {
      return await poll({
        ...{ live, request, workspaceId, limit: filters.limit, filter: toLiveFilter(filters) },
        ...bounds(wait, afterId),
      });
    } finally {
      giveBack();
    }
  };

/** What comes next has a place in the log, no date and no page. @throws RequestValidationError */
function refuseBounds({ afterDate, beforeDate, page = 0 }: EventQuery): void {
  const given = { ...(afterDate && { afterDate }), ...(beforeDate && { beforeDate }), ...(page > 0 && { page }) };
  const [name] = Object.keys(given);
  if (name !== undefined)
    throw fail(
      'RequestValidationError',
      `${name} says nothing beside wait or afterId; afterId says where to go on`,
      given,
    );
}

interface Poll {
  readonly live: Live;
  readonly request: HttpRequest;
  readonly workspaceId: string;
  readonly limit: number;
  readonly filter: ReturnType<typeof toLiveFilter>;
  readonly waitMs: number;
  readonly afterId?: string;
}

async function poll({ live, request, workspaceId, limit, filter, waitMs, afterId }: Poll): Promise<Reply> {
  const found: LoggedEvent[] = [];
  const over = deferred();
  let isLive = false;
  const subscription = await live.open({
    ...{ workspaceId, caller: request.caller, filter, afterId },
    sink: {
      send(logged) {
        if (found.length === limit) return;
        found.push(logged);
        if (found.length === limit) over.resolve();
        // Those that come together are answered together.
        else if (isLive) setImmediate(over.resolve);
      },
      room: () => (found.length === limit ? new Promise(() => undefined) : undefined),
      caughtUp() {
        isLive = true;
        if (found.length > 0 || waitMs === 0) over.resolve();
      },
    },
    onEnded: (reason) => over.reject(fail('AuthenticationError', reason)),
  });
  // What was missed is told however long it takes to read.
  const timer = waitMs > 0 ? setTimeout(over.resolve, waitMs) : undefined;
  request.signal.addEventListener('abort', over.resolve);
  try {
    subscription.start().catch(over.reject);
    await over.promise;
    const last = found[found.length - 1];
    const cursor = last ? live.cursors.seal(workspaceId, last.position) : subscription.cursor();
    return { body: { result: { events: found.map(({ event }): Event => event), cursor } } as unknown as Json };
  } finally {
    clearTimeout(timer);
    subscription.end();
  }
}

/** The contract has checked them; a handler that is called without it gets text. */
const bounds = (wait: unknown, afterId: unknown): Pick<Poll, 'waitMs' | 'afterId'> => ({
  waitMs: 1000 * Math.min(Number(wait ?? 0), LONGEST_WAIT_S),
  ...(afterId !== undefined && afterId !== '' && { afterId: String(afterId) }),
});

function deferred() {
  let resolve: () => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<void>((done, failed) => ([resolve, reject] = [done, failed]));
  // It may fail before anybody waits for it.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
