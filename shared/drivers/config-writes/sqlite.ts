/** Writes to configs: stored in the flush's own transaction, taken by the consumer that saves them. */
import type { Patch } from '../../core/run/types';
import type { ConfigWrite, ConfigWrites } from '../../ports/config-writes';
import type { SqliteDatabase, Tx } from '../sqlite/database';

export interface ConfigWriteLog extends ConfigWrites {
  append(tx: Tx, workspaceId: string, patch: Patch): void;
}

interface WriteRow {
  readonly position: number;
  readonly workspace: string;
  readonly instance: string;
  readonly patch: string;
}

export function configWriteLog(db: SqliteDatabase): ConfigWriteLog {
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const wake of listeners) wake();
  };
  return {
    append(tx, workspaceId, { owner, op, path, value }) {
      tx.run('INSERT INTO config_writes (workspace, instance, patch) VALUES (?, ?, ?)', [
        ...[workspaceId, owner],
        JSON.stringify({ op, path, ...(value !== undefined && { value }) }),
      ]);
      tx.afterCommit(tell);
    },
    read: async (limit) =>
      db
        .all<WriteRow>('SELECT position, workspace, instance, patch FROM config_writes ORDER BY position LIMIT ?', [
          limit,
        ])
        .map(({ position, workspace, instance, patch }) => ({
          ...{ position, workspaceId: workspace, instance },
          patch: JSON.parse(patch) as ConfigWrite['patch'],
        })),
    acknowledge: (position) =>
      db.write((tx) => void tx.run('DELETE FROM config_writes WHERE position <= ?', [position])),
    onAppended(wake) {
      listeners.add(wake);
      return () => void listeners.delete(wake);
    },
  };
}
