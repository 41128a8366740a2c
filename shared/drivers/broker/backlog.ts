import type { Backlog } from '../../ports/broker';
import type { Param, Sql } from '../sqlite/connection';

/** Reading the type of an event means reading the event. */
const MOST_LOOKED_AT = 1_000;

/** What stands after the cursor of the group and is not stored as pending, and what is. */
const PENDING = `
  SELECT l.position FROM broker_log l WHERE l.position > ?2
    AND l.position NOT IN (SELECT position FROM broker_pending p WHERE p."group" = ?1)
  UNION ALL SELECT p.position FROM broker_pending p WHERE p."group" = ?1`;

/** For each group, by name. */
export const backlogOf = (sql: Pick<Sql, 'all' | 'get'>): readonly Backlog[] =>
  sql
    .all<{ name: string; cursor: number }>('SELECT name, cursor FROM broker_groups ORDER BY name')
    .map(({ name: group, cursor }): Backlog => {
      const count = (query: string, of: readonly Param[]): number => sql.get<{ n: number }>(query, of)?.n ?? 0;
      const pending = count(`SELECT count(*) AS n FROM (${PENDING})`, [group, cursor]);
      return {
        ...{ group, pending },
        dead: count('SELECT count(*) AS n FROM broker_dead d WHERE d."group" = ?1', [group]),
        types: pending === 0 ? [] : typesOf(sql, [group, cursor]),
      };
    });

const typesOf = (sql: Pick<Sql, 'all'>, of: readonly Param[]): Backlog['types'] =>
  sql
    .all<{ type: string | null; pending: number }>(
      `SELECT CASE WHEN json_valid(event) THEN json_extract(event, '$.type') END AS type, count(*) AS pending
         FROM broker_log WHERE position IN (${PENDING} ORDER BY 1 LIMIT ${MOST_LOOKED_AT})
         GROUP BY 1 ORDER BY 1`,
      of,
    )
    .map(({ type, pending }) => ({ type: type ?? '', pending }));
