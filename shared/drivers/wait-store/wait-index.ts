/**
 * Open waits, in memory for the question that every event asks, and in a table for the next start. Changed by flushes;
 * memory follows after the commit, before anybody is told of it.
 */
import type { Event } from '../../core/events/event';
import type { WaitEvent } from '../../core/run/flush';
import type { OpenWait, RunKey, WaitChange, WaitId } from '../../core/run/types';
import type { RegisteredWait } from '../../ports/wait-store';
import { positionText } from '../broker/event-log';
import { openVault, type Vault } from '../encryption/vault';
import type { SqliteDatabase, Tx } from '../sqlite/database';
import { dropClaim, openClaim } from './claims';
import { heldWaits } from './held-waits';
import { askedSince, lookBack } from './look-back';

export interface WaitIndex {
  /**
   * Opens (an upsert) and closes.
   * @returns the position from which each opened wait listens, and the events that were there before it (look-back.ts)
   */
  apply(tx: Tx, of: WaitOwner, changes: readonly WaitChange[], position: () => number): Registered;
  /** The time of these waits is up. @returns the events that were in time, and have only not come yet */
  late(tx: Tx, run: RunKey, waits: readonly WaitId[]): readonly WaitEvent[];
  /** Opens again what a repeated flush had opened, from the position it had then. */
  reopen(tx: Tx, of: WaitOwner, changes: readonly WaitChange[], from: ReadonlyMap<WaitId, string>): void;
  /** Closes every wait of the run, but for those named. */
  closeOthers(tx: Tx, run: RunKey, keep: ReadonlySet<WaitId>): void;
  markDelivered(tx: Tx, run: RunKey, wait: WaitId, eventId: string): void;
  listening(event: Event): readonly RegisteredWait[];
  ofRun(run: RunKey): readonly RegisteredWait[];
  count(): number;
}

interface Registered {
  readonly waits: readonly [WaitId, string][];
  readonly early: readonly WaitEvent[];
}

/** `hides`: filters of this run may hold secrets, so its waits rest sealed. */
export interface WaitOwner {
  readonly run: RunKey;
  readonly hides: boolean;
}

type Opened = OpenWait & Pick<RegisteredWait, 'fromPosition'>;

export function waitIndex(db: SqliteDatabase, vault: Vault = openVault): WaitIndex {
  const held = heldWaits();

  /** @param early it has ended already: the run is told with the answer to its flush */
  function open(tx: Tx, { run, hides }: WaitOwner, opened: Opened, early?: Event): void {
    const wait: RegisteredWait = { ...opened, run };
    const text = JSON.stringify(wait);
    tx.run(
      `INSERT INTO run_waits (run, id, wait, delivered) VALUES (?, ?, ?, ?)
       ON CONFLICT (run, id) DO UPDATE SET wait = excluded.wait, delivered = excluded.delivered`,
      [run, opened.id, hides ? vault.seal(text) : text, early?.id ?? null],
    );
    if (!early) openClaim(tx, run, wait);
    tx.afterCommit(() => held.add(wait, early !== undefined));
  }

  function close(tx: Tx, run: RunKey, id: WaitId): void {
    tx.run('DELETE FROM run_waits WHERE run = ? AND id = ?', [run, id]);
    dropClaim(tx, run, id);
    tx.afterCommit(() => held.remove(run, id));
  }

  for (const row of db.all<{ wait: string; delivered: string | null }>('SELECT wait, delivered FROM run_waits'))
    held.add(JSON.parse(vault.open(row.wait)) as RegisteredWait, row.delivered !== null);

  return {
    apply(tx, of, changes, position) {
      const registered: [WaitId, string][] = [];
      const early: WaitEvent[] = [];
      const after = changes.some((change) => 'open' in change) ? askedSince(tx, of.run) : undefined;
      let from: string | undefined;
      for (const change of changes) {
        if ('close' in change) {
          close(tx, of.run, change.close);
          continue;
        }
        const event = after === undefined ? undefined : lookBack(tx, of.run, change.open, { after });
        open(tx, of, { ...change.open, fromPosition: (from ??= positionText(position())) }, event);
        registered.push([change.open.id, from]);
        if (event) early.push({ waitId: change.open.id, event });
      }
      return { waits: registered, early };
    },
    late(tx, run, ids) {
      return ids.flatMap((waitId) => {
        const row = tx.get<{ wait: string }>('SELECT wait FROM run_waits WHERE run = ? AND id = ?', [run, waitId]);
        if (!row) return [];
        dropClaim(tx, run, waitId);
        const wait = JSON.parse(vault.open(row.wait)) as RegisteredWait;
        const event = lookBack(tx, run, wait, { after: Number(wait.fromPosition), inTime: true });
        return event ? [{ waitId, event }] : [];
      });
    },
    reopen(tx, of, changes, from) {
      for (const change of changes) {
        if ('close' in change) close(tx, of.run, change.close);
        else open(tx, of, { ...change.open, fromPosition: from.get(change.open.id) ?? positionText(0) });
      }
    },
    closeOthers(tx, run, keep) {
      for (const { id } of tx.all<{ id: string }>('SELECT id FROM run_waits WHERE run = ?', [run]))
        if (!keep.has(id)) close(tx, run, id);
    },
    markDelivered(tx, run, wait, eventId) {
      tx.run('UPDATE run_waits SET delivered = ? WHERE run = ? AND id = ?', [eventId, run, wait]);
      tx.afterCommit(() => held.setDelivered(run, wait));
    },
    listening: held.listening,
    ofRun: held.ofRun,
    count: held.count,
  };
}
