/**
 * The table of stored contexts, as flushes and readers see it.
 * A version never stands for two values: it grows by one with each flush that writes, and a context that was purged
 * starts again above everything purged before.
 */
import type { JsonObject } from '../../core/json';
import { bytesOf, refusalOf } from '../../core/run/context-size';
import { applyPatch } from '../../core/run/change-value';
import type { ContextName, ContextRead, Contexts, Patch, RefusedPatch } from '../../core/run/types';
import { isSealed, openVault, type Vault } from '../encryption/vault';
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

/** `hides`: what this run writes may hold secrets, so it rests sealed, and what is sealed stays so. */
export interface ContextWriter {
  readonly workspaceId: string;
  readonly hides: boolean;
}

export interface Patched {
  /** After it, by context name. */
  readonly versions: { readonly [name: string]: number };
  /** Those without room, in order. */
  readonly refused: readonly RefusedPatch[];
}

export interface ContextTable {
  read(sql: Pick<Sql, 'get'>, address: ContextAddress): ContextRead;
  readAll(sql: Pick<Sql, 'get'>, workspaceId: string, owners: { readonly [name: string]: string }): Contexts;
  /** What the counted contexts of the workspace take; undefined where there is no limit. */
  usedBytes(sql: Pick<Sql, 'get'>, workspaceId: string): number | undefined;
  patch(sql: Sql, of: ContextWriter, patches: readonly Patch[]): Patched;
  /** Lets a context live at least until then, plus its usual time. */
  extend(sql: Sql, address: ContextAddress, until: number): void;
  /** Removes expired contexts, at most so many. Returns how many. */
  purge(sql: Sql, limit: number): number;
}

const SELECT = 'SELECT version, value, expires_at FROM contexts WHERE workspace = ? AND name = ? AND owner = ?';

/** The same bytes as `bytesOf` counts. Served by the index `contexts_size`. */
const SUM = `SELECT sum(coalesce(plain_bytes, length(CAST(value AS BLOB)))) AS bytes FROM contexts
  WHERE workspace = ? AND name <> 'run' AND value <> '{}' AND (expires_at IS NULL OR expires_at > ?)`;

export interface ContextTableOptions {
  readonly now: () => number;
  readonly lifetime: Lifetime;
  /** Bytes that the contexts of a workspace may take together; 0 = any. */
  readonly limitBytes?: (workspaceId: string) => number;
  readonly vault?: Vault;
}

export function contextTable(options: ContextTableOptions): ContextTable {
  const { now, lifetime, limitBytes = () => 0, vault = openVault } = options;
  const sum = (sql: Pick<Sql, 'get'>, workspaceId: string): number =>
    sql.get<{ bytes: number | null }>(SUM, [workspaceId, now()])?.bytes ?? 0;

  const valueOf = (row: Row): JsonObject => JSON.parse(vault.open(row.value)) as JsonObject;

  const live = (row: Row | undefined): row is Row => row !== undefined && (row.expires_at ?? Infinity) > now();

  const read = (sql: Pick<Sql, 'get'>, { workspaceId, name, owner }: ContextAddress): ContextRead => {
    const row = sql.get<Row>(SELECT, [workspaceId, name, owner]);
    return live(row) ? { owner, version: row.version, value: valueOf(row) } : { owner, version: 0, value: {} };
  };

  /** All patches of one context at once. The version grows also when all are refused: so the run reads it again. */
  function write(
    sql: Sql,
    { workspaceId, name, owner, hides }: ContextAddress & ContextWriter,
    patches: readonly Patch[],
    space: Filling | undefined,
  ): number {
    const row = sql.get<Row>(SELECT, [workspaceId, name, owner]);
    const before = live(row) ? valueOf(row) : {};
    const after = space ? space.fill(before, patches) : patches.reduce(applyPatch, before);
    const text = JSON.stringify(after);
    const seals = text !== '{}' && (hides || (live(row) && isSealed(row.value)));
    const version = (row?.version ?? floor(sql)) + 1;
    const usual = lifetime(name, owner);
    // Never sooner than before: another run of the chain may be parked and count on it.
    const expires = usual === null ? null : Math.max(now() + usual, live(row) ? (row.expires_at ?? 0) : 0);
    sql.run(
      `INSERT INTO contexts (workspace, name, owner, version, value, plain_bytes, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (workspace, name, owner) DO UPDATE
       SET version = excluded.version, value = excluded.value, plain_bytes = excluded.plain_bytes, expires_at = excluded.expires_at`,
      [workspaceId, name, owner, version, seals ? vault.seal(text) : text, seals ? bytesOf(after) : null, expires],
    );
    return version;
  }

  return {
    read,
    readAll(sql, workspaceId, owners) {
      const contexts: { [name in ContextName]?: ContextRead } = {};
      for (const [name, owner] of Object.entries(owners))
        contexts[name as ContextName] = read(sql, { workspaceId, name, owner });
      const { global } = contexts;
      if (global && limitBytes(workspaceId) > 0) contexts.global = { ...global, usedBytes: sum(sql, workspaceId) };
      return contexts;
    },
    usedBytes: (sql, workspaceId) => (limitBytes(workspaceId) > 0 ? sum(sql, workspaceId) : undefined),
    patch(sql, { workspaceId, hides }, patches) {
      const groups = byContext(patches);
      const versions: { [name: string]: number } = {};
      const limit = limitBytes(workspaceId);
      const space = limit > 0 && groups.length > 0 ? new Filling(limit, sum(sql, workspaceId)) : undefined;
      for (const group of groups) {
        const [first] = group;
        if (!first) continue;
        const { context: name, owner } = first;
        versions[name] = write(sql, { workspaceId, hides, name, owner }, group, space);
      }
      return { versions, refused: space?.refused ?? [] };
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
    purge: (sql, limit) => purge(sql, now(), limit),
  };
}

const floor = (sql: Sql): number => sql.get<{ version: number }>('SELECT version FROM contexts_floor')?.version ?? 0;

/** The room that one flush finds, and what it has none for. */
class Filling {
  readonly refused: RefusedPatch[] = [];

  constructor(
    readonly limitBytes: number,
    public usedBytes: number,
  ) {}

  /** The context with the patches for which there is room. */
  fill(before: JsonObject, patches: readonly Patch[]): JsonObject {
    return patches.reduce((value, patch) => this.apply(value, patch), before);
  }

  private apply(before: JsonObject, patch: Patch): JsonObject {
    const context = patch.context as ContextName;
    const after = applyPatch(before, patch);
    const refusal = refusalOf({ context, before, after }, this);
    if (refusal) {
      this.refused.push({ ...refusal, path: patch.path });
      return before;
    }
    if (context !== 'run') this.usedBytes += bytesOf(after) - bytesOf(before);
    return after;
  }
}

/** Those of each context together, in order. */
function byContext(patches: readonly Patch[]): readonly Patch[][] {
  const groups = new Map<string, Patch[]>();
  for (const patch of patches) {
    // `config` belongs to the workspaces service, which hears of the write by its event.
    if (patch.context === 'config') continue;
    const key = `${patch.context}:${patch.owner}`;
    const group = groups.get(key);
    if (group) group.push(patch);
    else groups.set(key, [patch]);
  }
  return [...groups.values()];
}

function purge(sql: Sql, now: number, limit: number): number {
  const rows = sql.all<{ rowid: number; version: number }>(
    'SELECT rowid, version FROM contexts WHERE expires_at <= ? ORDER BY expires_at LIMIT ?',
    [now, limit],
  );
  if (rows.length === 0) return 0;
  const highest = rows.reduce((most, row) => Math.max(most, row.version), 0);
  sql.run('UPDATE contexts_floor SET version = max(version, ?)', [highest]);
  for (const { rowid } of rows) sql.run('DELETE FROM contexts WHERE rowid = ?', [rowid]);
  return rows.length;
}
