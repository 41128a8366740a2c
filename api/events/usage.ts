import { entry } from '../../shared/core/entry';
import { startOf } from '../../shared/core/event-search/date-math';
import {
  both,
  LOG_ORDER,
  type Aggregations,
  type CalendarUnit,
  type Query,
} from '../../shared/core/event-search/query';
import { fail } from '../../shared/core/errors/errors';
import { isObject, type Json, type JsonObject } from '../../shared/core/json';
import type { Permissions } from '../../shared/ports/access';
import type { EventHistory } from '../../shared/ports/event-history';
import type { HttpRequest, Reply } from '../http/contract';
import { requirePermission } from '../http/require-permission';
import { requireWorkspace } from '../http/require-workspace';
import { UsageMetrics } from './usage-metrics';

export interface UsageDependencies {
  readonly history: EventHistory;
  readonly permissions: Permissions;
  readonly workspaces: { has(workspaceId: string): boolean };
}

const INTERACTION = 'runtime.interactions.triggered';
const PAGE = 500;
const MOST_PAGES = 200;

/** GET usage: transactions (chains that something from outside began), sessions, users, and what apps count themselves. */
export const createUsage = ({ history, permissions, workspaces }: UsageDependencies) =>
  async function getUsage({ params, query, caller }: HttpRequest): Promise<Reply> {
    const workspaceId = params['workspaceId'] ?? '';
    requireWorkspace(workspaces, workspaceId);
    await requirePermission(permissions, caller, 'get_usage', { type: 'events', workspaceId });
    const [afterDate, beforeDate] = [dateOf(query, 'afterDate'), dateOf(query, 'beforeDate')];
    const interval = query['interval'] as CalendarUnit | undefined;
    const within: Query = { kind: 'range', field: 'createdAt', gt: afterDate, lt: beforeDate };
    const totals = await transactions(history, workspaceId, within, interval);
    const apps = await appMetrics(history, workspaceId, within, interval);
    return {
      body: {
        workspaceId,
        afterDate: new Date(afterDate).toISOString(),
        beforeDate: new Date(beforeDate).toISOString(),
        ...(interval !== undefined && { interval, timeseries: seriesOf(totals.series, apps.series) }),
        total: totals.total,
        apps: apps.total.result(),
      },
    };
  };

function dateOf(query: HttpRequest['query'], key: string): number {
  const time = Date.parse(String(query[key] ?? ''));
  if (Number.isNaN(time)) throw fail('RequestValidationError', `${key} is not a date`, { [key]: query[key] ?? null });
  return time;
}

const distinct = (field: string) => ({ aggregation: { kind: 'cardinality', field }, below: {} }) as const;
const transactionsOf: Aggregations = {
  transactions: distinct('source.correlationId'),
  sessions: distinct('source.sessionId'),
  users: distinct('source.userId'),
  types: {
    aggregation: {
      kind: 'terms',
      field: 'payload.trigger.type',
      ...{ size: 10, minimum: 1, order: { by: '_count', descending: true } },
    },
    below: { transactions: distinct('source.correlationId') },
  },
};

async function transactions(
  history: EventHistory,
  workspaceId: string,
  within: Query,
  interval: CalendarUnit | undefined,
): Promise<{ total: JsonObject; series: ReadonlyMap<number, JsonObject> }> {
  const { aggregations } = await history.find(workspaceId, {
    query: both([
      { kind: 'term', field: 'type', values: [INTERACTION] },
      { kind: 'term', field: 'source.serviceTopic', values: [INTERACTION] },
      within,
    ]),
    ...{ sort: [], from: 0, size: 0, countTo: 0 },
    aggregations: {
      ...transactionsOf,
      ...(interval && {
        series: {
          aggregation: { kind: 'dates', field: 'createdAt', interval: { calendar: interval }, minimum: 1 },
          below: transactionsOf,
        },
      }),
    },
  });
  const buckets = interval ? bucketsOf(aggregations['series']) : [];
  return { total: totalOf(aggregations), series: new Map(buckets.map((one) => [Number(one['key']), totalOf(one)])) };
}

function totalOf(counted: JsonObject): JsonObject {
  const ofType = (type: string): number =>
    valueOf(bucketsOf(counted['types']).find(({ key }) => key === type)?.['transactions']);
  return {
    transactions: valueOf(counted['transactions']),
    httpTransactions: ofType('endpoint'),
    eventTransactions: ofType('event'),
    scheduleTransactions: ofType('schedule'),
    sessions: valueOf(counted['sessions']),
    users: valueOf(counted['users']),
  };
}

const valueOf = (metric: Json | undefined): number => (isObject(metric) ? Number(metric['value']) : 0);
const bucketsOf = (terms: Json | undefined): readonly JsonObject[] =>
  isObject(terms) ? (terms['buckets'] as readonly JsonObject[]) : [];

/** Read event by event: how metrics add up, no aggregation says. */
async function appMetrics(
  history: EventHistory,
  workspaceId: string,
  within: Query,
  interval: CalendarUnit | undefined,
): Promise<{ total: UsageMetrics; series: ReadonlyMap<number, UsageMetrics> }> {
  const total = new UsageMetrics();
  const series = new Map<number, UsageMetrics>();
  const query = both([
    { kind: 'wildcard', field: 'type', pattern: '*.usage' },
    { kind: 'term', field: 'source.appInstanceDepth', values: ['1'] },
    within,
  ]);
  const sort = ['createdAt', LOG_ORDER].map((field) => ({ field, descending: false, missing: 'last' as const }));
  let after: Awaited<ReturnType<EventHistory['find']>>['last'];
  for (let page = 0; ; page++) {
    const search = { query, sort, from: 0, size: PAGE, countTo: 0, aggregations: {}, ...(after && { after }) };
    const { hits, last } = await history.find(workspaceId, search);
    for (const event of hits) {
      total.add(event);
      if (!interval) continue;
      const key = startOf(Date.parse(event.createdAt), interval);
      entry(series, key, () => new UsageMetrics()).add(event);
    }
    if (hits.length < PAGE) return { total, series };
    if (page === MOST_PAGES)
      throw fail('SearchError', 'Too many usage events between these dates: ask for a shorter time', {
        limit: PAGE * MOST_PAGES,
      });
    after = last;
  }
}

function seriesOf(
  totals: ReadonlyMap<number, JsonObject>,
  apps: ReadonlyMap<number, UsageMetrics>,
): readonly JsonObject[] {
  const dates = [...new Set([...totals.keys(), ...apps.keys()])].sort((a, b) => a - b);
  return dates.map((date) => ({
    date: new Date(date).toISOString(),
    total: totals.get(date) ?? totalOf({}),
    apps: apps.get(date)?.result() ?? [],
  }));
}
