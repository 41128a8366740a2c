import { isAggregating, parseSearch } from '../../shared/core/event-search/parse-search';
import { pickFields } from '../../shared/core/event-search/pick-fields';
import type { SearchLimits } from '../../shared/core/event-search/limits';
import type { Json, JsonObject } from '../../shared/core/json';
import type { Permissions } from '../../shared/ports/access';
import type { HttpRequest, Reply } from '../http/contract';
import { requirePermission } from '../http/require-permission';
import { requireWorkspace } from '../http/require-workspace';
import { eventReader } from './event-reader';
import type { SearchEventsDependencies } from './search-events';

export interface SearchHistoryDependencies extends SearchEventsDependencies {
  readonly permissions: Permissions;
  readonly workspaces: { has(workspaceId: string): boolean };
  readonly searchLimits: SearchLimits;
}

/**
 * POST search: a subset of the query language of Elasticsearch, as `docs/event-search.md` describes it.
 * @throws SearchError · ForbiddenError to aggregate without the right to · ObjectNotFoundError
 */
export const createSearchHistory = (dependencies: SearchHistoryDependencies) =>
  async function searchHistory({ params, body, caller }: HttpRequest): Promise<Reply> {
    const { history, permissions, workspaces, searchLimits } = dependencies;
    const workspaceId = params['workspaceId'] ?? '';
    requireWorkspace(workspaces, workspaceId);
    const request = body as JsonObject;
    if (isAggregating(request))
      await requirePermission(permissions, caller, 'aggregate_search', { type: 'events', workspaceId });
    const { source, ...search } = parseSearch(request, { now: Date.now(), ...searchLimits });
    const reader = await eventReader(dependencies, caller, workspaceId);
    const { total, hits, aggregations, last } = await history.find(workspaceId, search, reader);
    const documents = hits.map((event) => {
      const document = event as unknown as JsonObject;
      return source === undefined ? document : pickFields(document, source);
    });
    return {
      body: { size: total, documents, aggs: aggregations, ...(last && { searchAfter: last as readonly Json[] }) },
    };
  };
