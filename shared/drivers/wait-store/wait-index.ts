/**
 * Open waits, in memory for the question that every event asks, and in a table for the next start. Changed by flushes;
 * memory follows after the commit, before anybody is told of it.
 */
import type { Event } from '../../core/events/event';
import { createPatternIndex } from '../../core/events/pattern-index';
import type { OpenWait, RunKey, WaitChange, WaitId } from '../../core/run/types';
import type { RegisteredWait } from '../../ports/wait-store';
import { positionText } from '../broker/event-log';
import { openVault, type Vault } from '../encryption/vault';
import type { SqliteDatabase, Tx } from '../sqlite/database';

export interface WaitIndex {
  /** Opens (an upsert) and closes. @returns the position from which each opened wait listens */
  apply(tx: Tx, of: WaitOwner, changes: readonly WaitChange[], position: () => number): [WaitId, string][];
  /** Opens again what a repeated flush had opened, from the position it had then. */
  reopen(tx: Tx, of: WaitOwner, changes: readonly WaitChange[], from: ReadonlyMap<WaitId, string>): void;
  /** Closes every wait of the run, but for those named. */
  closeOthers(tx: Tx, run: RunKey, keep: ReadonlySet<WaitId>): void;
  markDelivered(tx: Tx, run: RunKey, wait: WaitId, eventId: string): void;
  listening(event: Event): readonly RegisteredWait[];
  ofRun(run: RunKey): readonly RegisteredWait[];
  count(): number;
}

/** `hides`: filters of this run may hold secrets, so its waits rest sealed. */
export interface WaitOwner {
  readonly run: RunKey;
  readonly hides: boolean;
}

interface Held {
  readonly wait: RegisteredWait;
  delivered: boolean;
}

export function waitIndex(db: SqliteDatabase, vault: Vault = openVault): WaitIndex {
  const byRun = new Map<RunKey, Map<WaitId, Held>>();
  const byPattern = createPatternIndex<Held>();
  let count = 0;

  function remove(run: RunKey, id: WaitId): void {
    const waits = byRun.get(run);
    const held = waits?.get(id);
    if (!waits || !held) return;
    waits.delete(id);
    if (waits.size === 0) byRun.delete(run);
    count--;
    byPattern.remove(held.wait.workspaceId, held.wait.oneOf, held);
  }

  function add(wait: RegisteredWait, delivered: boolean): void {
    remove(wait.run, wait.id);
    const held: Held = { wait, delivered };
    const waits = byRun.get(wait.run) ?? new Map<WaitId, Held>();
    byRun.set(wait.run, waits.set(wait.id, held));
    count++;
    byPattern.add(wait.workspaceId, wait.oneOf, held);
  }

  function open(tx: Tx, { run, hides }: WaitOwner, opened: OpenWait, fromPosition: string): void {
    const wait: RegisteredWait = { ...opened, run, fromPosition };
    const text = JSON.stringify(wait);
    tx.run(
      `INSERT INTO run_waits (run, id, wait, delivered) VALUES (?, ?, ?, NULL)
       ON CONFLICT (run, id) DO UPDATE SET wait = excluded.wait, delivered = NULL`,
      [run, opened.id, hides ? vault.seal(text) : text],
    );
    tx.afterCommit(() => add(wait, false));
  }

  function close(tx: Tx, run: RunKey, id: WaitId): void {
    tx.run('DELETE FROM run_waits WHERE run = ? AND id = ?', [run, id]);
    tx.afterCommit(() => remove(run, id));
  }

  for (const row of db.all<{ wait: string; delivered: string | null }>('SELECT wait, delivered FROM run_waits'))
    add(JSON.parse(vault.open(row.wait)) as RegisteredWait, row.delivered !== null);

  return {
    apply(tx, of, changes, position) {
      const registered: [WaitId, string][] = [];
      let from: string | undefined;
      for (const change of changes) {
        if ('close' in change) {
          close(tx, of.run, change.close);
          continue;
        }
        open(tx, of, change.open, (from ??= positionText(position())));
        registered.push([change.open.id, from]);
      }
      return registered;
    },
    reopen(tx, of, changes, from) {
      for (const change of changes) {
        if ('close' in change) close(tx, of.run, change.close);
        else open(tx, of, change.open, from.get(change.open.id) ?? positionText(0));
      }
    },
    closeOthers(tx, run, keep) {
      for (const { id } of tx.all<{ id: string }>('SELECT id FROM run_waits WHERE run = ?', [run]))
        if (!keep.has(id)) close(tx, run, id);
    },
    markDelivered(tx, run, wait, eventId) {
      tx.run('UPDATE run_waits SET delivered = ? WHERE run = ? AND id = ?', [eventId, run, wait]);
      tx.afterCommit(() => {
        const held = byRun.get(run)?.get(wait);
        if (held) held.delivered = true;
      });
    },
    listening(event) {
      const open: RegisteredWait[] = [];
      for (const held of byPattern.candidates(event)) if (!held.delivered) open.push(held.wait);
      return open;
    },
    ofRun: (run) => [...(byRun.get(run)?.values() ?? [])].map(({ wait }) => wait),
    count: () => count,
  };
}
