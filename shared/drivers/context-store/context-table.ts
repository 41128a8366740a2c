/**
 * The table of stored contexts, as flushes and readers see it.
 * A version never stands for two values: it grows by one with each flush that writes, and a context that was purged
 * starts again above everything purged before.
 */
import type { JsonObject } from '../../core/json';
import { applyPatch } from '../../core/run/change-value';
import type { ContextName, ContextRead, Contexts, Patch } from '../../core/run/types';
import type { Sql } from '../sqlite/connection';
import type { Lifetime } from './lifetimes';

interface Row {
  readonly version: number;
  readonly value: string;
  readonly expires_at: number | null;
}

export interface ContextAddress {
  readonly workspaceId: string;
  readonly name: string;
  readonly owner: string;
}

export interface ContextTable {
  read(sql: Pick<Sql, 'get'>, address: ContextAddress): ContextRead;
  readAll(sql: Pick<Sql, 'get'>, workspaceId: string, owners: { readonly [name: string]: string }): Contexts;
  /** @returns the version after it, by context name */
  patch(sql: Sql, workspaceId: string, patches: readonly Patch[]): { [name: string]: number };
  /** Lets a context live at least until then, plus its usual time. */
  extend(sql: Sql, address: ContextAddress, until: number): void;
  /** Removes expired contexts, at most so many. Returns how many. */
  purge(sql: Sql, limit: number): number;
}

const SELECT = 'SELECT version, value, expires_at FROM contexts WHERE workspace = ? AND name = ? AND owner = ?';

export function contextTable(options: { readonly now: () => number; readonly lifetime: Lifetime }): ContextTable {
  const { now, lifetime } = options;
  const live = (row: Row | undefined): row is Row => row !== undefined && (row.expires_at ?? Infinity) > now();

  const read = (sql: Pick<Sql, 'get'>, { workspaceId, name, owner }: ContextAddress): ContextRead => {
    const row = sql.get<Row>(SELECT, [workspaceId, name, owner]);
    return live(row)
      ? { owner, version: row.version, value: JSON.parse(row.value) as JsonObject }
      : { owner, version: 0, value: {} };
  };

  /** All patches of one context at once. */
  function write(sql: Sql, { workspaceId, name, owner }: ContextAddress, patches: readonly Patch[]): number {
    const row = sql.get<Row>(SELECT, [workspaceId, name, owner]);
    const before = live(row) ? (JSON.parse(row.value) as JsonObject) : {};
    const version = (row?.version ?? floor(sql)) + 1;
    const usual = lifetime(name, owner);
    // Never sooner than before: another run of the chain may be parked and count on it.
    const expires = usual === null ? null : Math.max(now() + usual, live(row) ? (row.expires_at ?? 0) : 0);
    sql.run(
      `INSERT INTO contexts (workspace, name, owner, version, value, expires_at) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (workspace, name, owner) DO UPDATE
       SET version = excluded.version, value = excluded.value, expires_at = excluded.expires_at`,
      [workspaceId, name, owner, version, JSON.stringify(patches.reduce(applyPatch, before)), expires],
    );
    return version;
  }

  return {
    read,
    readAll(sql, workspaceId, owners) {
      const contexts: { [name in ContextName]?: ContextRead } = {};
      for (const [name, owner] of Object.entries(owners))
        contexts[name as ContextName] = read(sql, { workspaceId, name, owner });
      return contexts;
    },
    patch(sql, workspaceId, patches) {
      const groups = new Map<string, Patch[]>();
      for (const patch of patches) {
        // `config` belongs to the workspaces service, which hears of the write by its event.
        if (patch.context === 'config') continue;
        const key = `${patch.context}:${patch.owner}`;
        const group = groups.get(key);
        if (group) group.push(patch);
        else groups.set(key, [patch]);
      }
      const versions: { [name: string]: number } = {};
      for (const group of groups.values()) {
        const [first] = group;
        if (!first) continue;
        const { context: name, owner } = first;
        versions[name] = write(sql, { workspaceId, name, owner }, group);
      }
      return versions;
    },
    extend(sql, { workspaceId, name, owner }, until) {
      const usual = lifetime(name, owner);
      if (usual === null) return;
      sql.run(
        `UPDATE contexts SET expires_at = max(expires_at, ?)
         WHERE workspace = ? AND name = ? AND owner = ? AND expires_at > ?`,
        [until + usual, workspaceId, name, owner, now()],
      );
    },
    purge(sql, limit) {
      const rows = sql.all<{ rowid: number; version: number }>(
        'SELECT rowid, version FROM contexts WHERE expires_at <= ? ORDER BY expires_at LIMIT ?',
        [now(), limit],
      );
      if (rows.length === 0) return 0;
      const highest = rows.reduce((most, row) => Math.max(most, row.version), 0);
      sql.run('UPDATE contexts_floor SET version = max(version, ?)', [highest]);
      for (const { rowid } of rows) sql.run('DELETE FROM contexts WHERE rowid = ?', [rowid]);
      return rows.length;
    },
  };
}

const floor = (sql: Sql): number => sql.get<{ version: number }>('SELECT version FROM contexts_floor')?.version ?? 0;
