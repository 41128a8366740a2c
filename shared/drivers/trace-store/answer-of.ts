import type { AnswerPart } from '../../core/run/types';

export interface PartsRow {
  readonly gen: number;
  readonly flush: number;
  /** JSON list; null = this flush answered nothing. */
  readonly parts: string | null;
}

/**
 * The answer of a run whose flushes may belong to several timelines: that of the first timeline which ends it, for
 * that is what the caller got; else what the newest one has answered so far.
 * @param rows in order of generation, then flush
 * @param open  gives the text of a column that may be sealed
 */
export function answerOf(rows: readonly PartsRow[], open: (text: string) => string): readonly AnswerPart[] {
  let timeline: readonly PartsRow[] = [];
  let parts: readonly AnswerPart[] = [];
  for (const gen of new Set(rows.map((row) => row.gen))) {
    const own = rows.filter((row) => row.gen === gen);
    // A timeline begins with what the one before had done up to the reset.
    timeline = [...timeline.filter(({ flush }) => flush < (own[0]?.flush ?? 0)), ...own];
    parts = timeline.flatMap((row) => (row.parts === null ? [] : (JSON.parse(open(row.parts)) as AnswerPart[])));
    if (parts.some((part) => 'end' in part)) break;
  }
  return parts;
}
