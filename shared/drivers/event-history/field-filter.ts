import { fail } from '../../core/errors/errors';
import type { Param } from '../sqlite/connection';

/** A piece of SQL with what it binds. */
export interface Condition {
  readonly sql: string;
  readonly params: readonly Param[];
}

/** Fields that have a column of their own. */
const COLUMNS: { readonly [path: string]: string | undefined } = {
  id: 'id',
  type: 'type',
  createdAt: 'created_at',
  'source.correlationId': 'correlation',
};

/** Text of a JSON scalar, as it would stand in a URL. */
const textOf = (value: string, type: string) =>
  `CASE ${type} WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST(${value} AS TEXT) END`;

/** Any of the wanted values; '' = the field is absent; a trailing `*` = a prefix; any item of a list counts. */
export function fieldFilter(path: string, wanted: readonly string[]): Condition {
  const column = Object.hasOwn(COLUMNS, path) ? COLUMNS[path] : undefined;
  if (column !== undefined) return anyOf({ sql: column, params: [] }, { sql: `${column} IS NULL`, params: [] }, wanted);
  const at = jsonPath(path);
  const scalar = textOf('json_extract(event, ?)', 'json_type(event, ?)');
  const absent = `coalesce(json_type(event, ?), 'null') = 'null'`;
  const direct = anyOf({ sql: `(${scalar})`, params: [at, at] }, { sql: absent, params: [at] }, wanted);
  const item = anyOf({ sql: `(${textOf('j.atom', 'j.type')})`, params: [] }, { sql: '0', params: [] }, wanted);
  return {
    sql: `(CASE json_type(event, ?) WHEN 'array' THEN EXISTS (SELECT 1 FROM json_each(event, ?) j WHERE ${item.sql})
           WHEN 'object' THEN 0 ELSE ${direct.sql} END)`,
    params: [at, at, ...item.params, ...direct.params],
  };
}

function anyOf(value: Condition, absent: Condition, wanted: readonly string[]): Condition {
  const sql: string[] = [];
  const params: Param[] = [];
  for (const want of wanted) {
    if (want === '') {
      sql.push(absent.sql);
      params.push(...absent.params);
    } else if (want.endsWith('*')) {
      const prefix = want.slice(0, -1);
      sql.push(`substr(${value.sql}, 1, ?) = ?`);
      params.push(...value.params, [...prefix].length, prefix);
    } else {
      sql.push(`${value.sql} = ?`);
      params.push(...value.params, want);
    }
  }
  return { sql: sql.length === 0 ? '0' : `(${sql.join(' OR ')})`, params };
}

/** Dotted path -> JSON path, each key in quotes, so that no key is read as anything else. */
function jsonPath(path: string): string {
  // Inside quotes SQLite takes keys as they are: one with a quote in it cannot be named.
  if (/["\\\u0000-\u001f]/.test(path))
    throw fail('SearchError', `The field ${path} cannot be searched`, { field: path });
  return `$${path
    .split('.')
    .map((key) => `."${key}"`)
    .join('')}`;
}
