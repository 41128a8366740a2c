/** Rows of `tests/events/read-rights.yaml` as events and readers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { EMIT_TOPIC, type Event, type EventSource, type EventTarget } from '../../shared/core/events/event';
import type { Reader } from '../../shared/core/events/read-rights';
import { anEvent } from '../../shared/testing/builders';

interface Row {
  readonly name: string;
  readonly event: {
    readonly type?: string;
    readonly native?: boolean;
    readonly source?: Partial<EventSource>;
    readonly target?: EventTarget;
  };
  readonly reader: ReaderRow;
  readonly may: boolean;
}

export interface ReaderRow extends Omit<Reader, 'topics'> {
  readonly topics?: readonly string[];
}

/** As a caller. A role belongs to somebody: where the row does not say to whom, to a session that no event names. */
export const callerOf = ({ topics: _, ...reader }: ReaderRow): Omit<ReaderRow, 'topics'> =>
  reader.role !== undefined && reader.userId === undefined ? { sessionId: 'of-the-role', ...reader } : reader;

export interface RightsCase {
  readonly name: string;
  readonly event: Event;
  readonly reader: ReaderRow;
  readonly may: boolean;
}

export const readerOf = ({ topics = [], ...reader }: ReaderRow): Reader => ({ ...reader, topics: new Set(topics) });

export function rightsCases(): readonly RightsCase[] {
  const rows = parse(readFileSync(join(__dirname, '../events/read-rights.yaml'), 'utf8')) as readonly Row[];
  return rows.map(({ name, event: { type = 'something', native = false, source, target }, reader, may }) => ({
    name,
    event: anEvent({
      type,
      source: { ...source, serviceTopic: native ? type : EMIT_TOPIC },
      ...(target && { target }),
    }),
    reader,
    may,
  }));
}
