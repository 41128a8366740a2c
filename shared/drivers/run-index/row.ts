/** A row of the list of runs, with what is kept beside it. */
import type { Json } from '../../core/json';
import type { RunFactsNote, RunStatus } from '../../core/run/run-note';
import { isOpenStatus } from '../../core/run/run-note';
import type { WaitNote } from '../../core/run/wait-notes';
import type { IndexedRun } from '../../ports/run-index';
import type { Sql } from '../sqlite/connection';
import type { Tx } from '../sqlite/database';

export interface Row {
  readonly workspace: string;
  readonly started_at: number;
  readonly id: string;
  readonly status: RunStatus;
  readonly automation: string;
  readonly trigger_type: string;
  readonly trigger: string;
  readonly correlation: string;
  readonly user: string | null;
  readonly release: string;
  readonly error: string | null;
  readonly waiting_since: number | null;
  readonly closed_at: number | null;
  readonly duration: number | null;
  /** Position of the newest note in it; 0 = only the engine has told of it. */
  readonly heard: number;
  readonly heard_at: number;
  readonly engine_run: string;
  readonly wait_count: number;
}

export interface Detail {
  readonly eventId?: string;
  readonly depth: number;
  readonly throttledMs: number;
  readonly waits: readonly WaitNote[];
  readonly blocked?: WaitNote;
  readonly output?: Json;
  readonly error?: Omit<NonNullable<IndexedRun['error']>, 'error'>;
}

export interface Kept {
  readonly row: Row;
  readonly detail: Detail;
}

type Joined = Row & { readonly detail: string };

const FROM = 'SELECT r.*, d.detail FROM run_index r JOIN run_index_details d ON d.id = r.id';

export const keptRow = (sql: Pick<Sql, 'get'>, id: string): Kept | undefined => {
  const joined = sql.get<Joined>(`${FROM} WHERE r.id = ?`, [id]);
  return joined && split(joined);
};

/** In no order. */
export const keptRows = (sql: Pick<Sql, 'all'>, ids: readonly string[]): readonly Kept[] =>
  sql.all<Joined>(`${FROM} WHERE r.id IN (SELECT value FROM json_each(?))`, [JSON.stringify(ids)]).map(split);

const split = ({ detail, ...row }: Joined): Kept => ({ row, detail: JSON.parse(detail) as Detail });

export function toIndexed({ row, detail }: Kept): IndexedRun {
  const { id, workspace, engine_run, closed_at, user, error, wait_count } = row;
  const waits = detail.blocked ? [detail.blocked, ...detail.waits] : detail.waits;
  return {
    run: id,
    workspaceId: workspace,
    engineRunId: engine_run,
    automation: row.automation,
    release: row.release,
    trigger: {
      type: row.trigger_type,
      value: row.trigger.slice(row.trigger_type.length + 1),
      ...(detail.eventId !== undefined && { id: detail.eventId }),
    },
    correlationId: row.correlation,
    depth: detail.depth,
    ...(user !== null && { userId: user }),
    startedAt: row.started_at,
    status: row.status,
    ...(closed_at !== null && { closedAt: closed_at }),
    throttledMs: detail.throttledMs,
    waits,
    waitCount: wait_count + (detail.blocked ? 1 : 0),
    ...(detail.output !== undefined && { output: detail.output }),
    ...(error !== null && { error: { message: '', ...detail.error, error } }),
  };
}

/** @param startedAt that of the row, where there is one: it is part of its key */
export const factColumns = (facts: RunFactsNote, startedAt = facts.startedAt) => ({
  automation: facts.automation,
  trigger_type: facts.trigger.type,
  trigger: `${facts.trigger.type}:${facts.trigger.value}`,
  correlation: facts.correlationId,
  user: facts.userId ?? null,
  release: facts.release,
  started_at: startedAt,
});

/** How far it is: the columns that follow from it. */
export interface Progress {
  readonly status: RunStatus;
  readonly closedAt?: number;
  readonly waits: readonly WaitNote[];
  readonly blocked?: WaitNote;
  readonly waitCount: number;
  readonly error?: string;
}

export function progressColumns({ status, closedAt, waits, blocked, waitCount, error }: Progress, startedAt: number) {
  const closed = !isOpenStatus(status);
  const since = blocked?.since ?? waits[0]?.since;
  return {
    status,
    error: error ?? null,
    waiting_since: closed ? null : (since ?? null),
    closed_at: closed ? (closedAt ?? startedAt) : null,
    duration: closed ? Math.max(0, (closedAt ?? startedAt) - startedAt) : null,
    wait_count: closed ? 0 : waitCount,
  };
}

const COLUMNS = [
  ...['workspace', 'started_at', 'id', 'status', 'automation', 'trigger_type', 'trigger', 'correlation', 'user'],
  ...['release', 'error', 'waiting_since', 'closed_at', 'duration', 'heard', 'heard_at', 'engine_run', 'wait_count'],
] as const satisfies readonly (keyof Row)[];

const PUT = `INSERT INTO run_index (${COLUMNS.map((name) => `"${name}"`).join(', ')})
  VALUES (${COLUMNS.map(() => '?').join(', ')})
  ON CONFLICT (workspace, started_at, id) DO UPDATE SET ${COLUMNS.slice(3)
    .map((name) => `"${name}" = excluded."${name}"`)
    .join(', ')}`;

export function putRow(tx: Tx, { row, detail }: Kept, before: Kept | undefined): void {
  tx.run(
    PUT,
    COLUMNS.map((name) => row[name]),
  );
  tx.run(
    'INSERT INTO run_index_details (id, detail) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET detail = excluded.detail',
    [row.id, JSON.stringify(detail)],
  );
  const [was, is] = [before ? waitKeys(before.detail) : [], waitKeys(detail)];
  if (was.join('\n') === is.join('\n')) return;
  if (was.length > 0) tx.run('DELETE FROM run_index_waits WHERE id = ?', [row.id]);
  for (const key of is)
    tx.run('INSERT OR IGNORE INTO run_index_waits (workspace, waits_for, started_at, id) VALUES (?, ?, ?, ?)', [
      row.workspace,
      key,
      row.started_at,
      row.id,
    ]);
}

/** What it may be looked for by: kinds of waits, types of events, hosts of calls. */
const waitKeys = ({ waits, blocked }: Detail): readonly string[] => {
  const all = blocked ? [blocked, ...waits] : waits;
  const keys = all.flatMap(({ kind, events = [], call }) => [
    kind,
    ...events.map(({ type }) => type),
    ...(call && call.host !== '' ? [call.host] : []),
  ]);
  return [...new Set(keys)];
};
