import type { Operations } from '../../shared/contracts/api/runs.generated';
import type { Json } from '../../shared/core/json';
import type { HttpRequest, Reply } from '../http/contract';
import { maySeeValues, mayOnRuns, type FindRunDependencies } from './find-run';
import type { PlaceOf } from './run-places';
import { cursorText, toRunQuery } from './run-query';
import { toRunRow } from './run-row';

export interface ListRunsDependencies extends FindRunDependencies {
  readonly placeOf: PlaceOf;
  readonly now?: () => number;
}

/** @throws ForbiddenError · ObjectNotFoundError · RequestValidationError */
export const createListRuns = ({ placeOf, now = Date.now, ...dependencies }: ListRunsDependencies) =>
  async function listRuns(request: HttpRequest): Promise<Reply> {
    const workspaceId = await mayOnRuns(dependencies, request, 'read');
    const at = now();
    const { query, cursor } = toRunQuery(request.query, at);
    const page = await dependencies.index.list(workspaceId, query);
    const view = { placeOf, values: await maySeeValues(dependencies, request), now: at };
    const items = await Promise.all(page.runs.map((run) => toRunRow(run, view)));
    const total = page.total ?? cursor?.total ?? { value: items.length, relation: 'eq' as const };
    const next = page.next && cursorText({ after: page.next, sort: query.sort, total });
    const reply: Operations['listRuns']['reply'] = { items, ...(next !== undefined && { next }), total };
    return { body: reply as unknown as Json };
  };
