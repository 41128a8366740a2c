/**
 * Generations tell the timelines of one run apart: somebody who presses "reset" in the engine's UI starts a second one
 * under the same run key. The first writer owns what stands under (run, generation, turn); an engine run that finds
 * another's work there gets a generation of its own, and the same one each time it asks.
 */
import type { Speaker } from '../../core/run/flush';
import type { RunKey } from '../../core/run/types';
import type { Sql } from '../sqlite/connection';

/** Continue-as-new hands a timeline on, so the predecessor's work is one's own. */
export const isOwn = (speaker: Speaker, writer: string): boolean =>
  writer === speaker.engineRunId || writer === speaker.continuedFrom;

export function ownGeneration(sql: Sql, { run, engineRunId }: Speaker, asked: number): number {
  const own = sql.get<{ gen: number }>('SELECT gen FROM run_generations WHERE run = ? AND engine_run = ?', [
    run,
    engineRunId,
  ]);
  if (own) return own.gen;
  const gen = Math.max(highest(sql, run), asked) + 1;
  sql.run('INSERT INTO run_generations (run, engine_run, gen) VALUES (?, ?, ?)', [run, engineRunId, gen]);
  return gen;
}

const highest = (sql: Sql, run: RunKey): number =>
  sql.get<{ gen: number | null }>(
    `SELECT max(gen) AS gen FROM (
       SELECT max(gen) AS gen FROM run_generations WHERE run = ?
       UNION ALL SELECT max(gen) FROM run_seals WHERE run = ?
       UNION ALL SELECT max(gen) FROM run_flushes WHERE run = ?)`,
    [run, run, run],
  )?.gen ?? 0;
