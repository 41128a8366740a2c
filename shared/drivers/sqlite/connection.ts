import Libsql from 'libsql';
import { storing } from './errors';

export type Param = string | number | null;

/** Prepared statements of one connection, by their text. Rows are typed by the caller, who wrote the SQL. */
export interface Sql {
  /** @returns rows changed, and the row id of the last insert */
  run(sql: string, params?: readonly Param[]): { readonly changes: number; readonly lastInsertRowid: number };
  get<Row>(sql: string, params?: readonly Param[]): Row | undefined;
  all<Row>(sql: string, params?: readonly Param[]): Row[];
}

export interface Connection extends Sql {
  exec(sql: string): void;
  readonly inTransaction: boolean;
  close(): void;
}

/** Opens one SQLite file, durable at each commit. Synchronous: who calls it chooses when the thread may wait. */
export function connect(path: string, options: { readonly busyTimeoutMs?: number } = {}): Connection {
  const db = storing(() => new Libsql(path));
  storing(() => {
    // First of all: after a kill, two openers may meet while the log is recovered.
    db.exec(`PRAGMA busy_timeout=${options.busyTimeoutMs ?? 5_000}`);
    db.exec(
      'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=2000; PRAGMA cache_size=-16000',
    );
  });
  const statements = new Map<string, Libsql.Statement>();
  const prepared = (sql: string): Libsql.Statement => {
    let statement = statements.get(sql);
    if (statement === undefined) statements.set(sql, (statement = db.prepare(sql)));
    return statement;
  };
  return {
    run: (sql, params = []) => {
      const { changes, lastInsertRowid } = prepared(sql).run(params);
      return { changes, lastInsertRowid: Number(lastInsertRowid) };
    },
    get: <Row>(sql: string, params: readonly Param[] = []) => prepared(sql).get(params) as Row | undefined,
    all: <Row>(sql: string, params: readonly Param[] = []) => prepared(sql).all(params) as Row[],
    exec: (sql) => void db.exec(sql),
    get inTransaction() {
      return db.inTransaction;
    },
    close() {
      statements.clear();
      db.close();
    },
  };
}
