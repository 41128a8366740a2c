/**
 * `cancelTriggers`: an event that such a wait is open for starts nothing. Decided in the transaction that appends the
 * event, against the waits that are registered then, whichever process has registered them.
 *
 * C1  A wait takes one event: its claim goes with it.
 * C2  A wait whose time is up takes nothing any more: its claim goes when its time-out is sealed, not later.
 */
import type { Event } from '../../core/events/event';
import { mayWake } from '../../core/events/event-triggers';
import { matchPatterns } from '../../core/events/match-filters';
import type { OpenWait, RunKey, WaitId } from '../../core/run/types';
import { heardAs } from '../broker/heard';
import type { Vault } from '../encryption/vault';
import type { Sql } from '../sqlite/connection';

export function openClaim(sql: Sql, run: RunKey, { id, workspaceId, oneOf }: OpenWait): void {
  for (const { event, cancelTriggers } of oneOf)
    if (cancelTriggers)
      sql.run('INSERT INTO run_claims (run, wait, heard) VALUES (?, ?, ?) ON CONFLICT DO NOTHING', [
        run,
        id,
        heardAs(workspaceId, event),
      ]);
}

export const dropClaim = (sql: Sql, run: RunKey, wait: WaitId): void =>
  void sql.run('DELETE FROM run_claims WHERE run = ? AND wait = ?', [run, wait]);

/** Does a wait take the event? Then its claim is spent. */
export const claims =
  (vault: Vault) =>
  (sql: Sql, event: Event): boolean => {
    if (!mayWake(event)) return false;
    const open = sql.all<{ run: string; id: string; wait: string }>(
      `SELECT w.run, w.id, w.wait FROM run_claims c JOIN run_waits w ON w.run = c.run AND w.id = c.wait WHERE c.heard = ?`,
      [heardAs(event.source.workspaceId, event.type)],
    );
    let taken = false;
    for (const { run, id, wait } of open) {
      const { oneOf, until } = JSON.parse(vault.open(wait)) as OpenWait;
      if (Date.parse(event.createdAt) > until || !matchPatterns(event, oneOf)?.cancelTriggers) continue;
      dropClaim(sql, run, id);
      taken = true;
    }
    return taken;
  };
