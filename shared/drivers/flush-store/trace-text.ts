/**
 * The trace record of a flush as JSON text, made with as little work as may be: it is written on the hot path of every
 * run. Values above 2 KB leave the record and are named by digest; equal ones are stored once.
 */
import { createHash } from 'node:crypto';
import type { ErrorDetails } from '../../core/errors/errors';
import { isObject, type Digest, type Json, type JsonObject } from '../../core/json';
import type { TraceRecord } from '../../core/run/flush';
import type { Contexts, Item, StartInput, Turn } from '../../core/run/types';

const BLOB_ABOVE = 2_048;

export interface TraceText {
  readonly record: string;
  readonly blobs: readonly (readonly [Digest, json: string])[];
}

export function traceText(record: TraceRecord): TraceText {
  const { turns, ...rest } = record;
  const blobs = new Map<Digest, string>();
  let turnsText = JSON.stringify(turns);
  if (turnsText.length > BLOB_ABOVE || turnsText.includes('"$blob"')) {
    const small = turns.map((turn) => mapTurn(turn, (value) => outside(value, blobs)));
    if (blobs.size > 0) turnsText = JSON.stringify(small);
  }
  return { record: `${JSON.stringify(rest).slice(0, -1)},"turns":${turnsText}}`, blobs: [...blobs] };
}

/** @param blob gives the JSON text under a digest, undefined when it is gone */
export function traceRecord(text: string, blob: (digest: Digest) => string | undefined): TraceRecord {
  const record = JSON.parse(text) as TraceRecord;
  if (!text.includes('"$blob"')) return record;
  return { ...record, turns: record.turns.map((turn) => mapTurn(turn, (value) => inside(value, blob))) };
}

/** A value that looks like a reference goes outside as well, so that a reference read is always one of ours. */
function outside(value: Json, blobs: Map<Digest, string>): Json {
  const text = JSON.stringify(value);
  if (text.length <= BLOB_ABOVE && referenceOf(value) === undefined) return value;
  const digest = `b:${createHash('sha256').update(text).digest('hex')}`;
  blobs.set(digest, text);
  return { $blob: digest };
}

function inside(value: Json, blob: (digest: Digest) => string | undefined): Json {
  const digest = referenceOf(value);
  const text = digest === undefined ? undefined : blob(digest);
  return text === undefined ? value : (JSON.parse(text) as Json);
}

function referenceOf(value: Json): Digest | undefined {
  if (!isObject(value) || Object.keys(value).length !== 1) return undefined;
  return typeof value.$blob === 'string' ? value.$blob : undefined;
}

type MapValue = (value: Json) => Json;

const mapTurn = (turn: Turn, map: MapValue): Turn => ({ ...turn, items: turn.items.map((item) => mapItem(item, map)) });

/** Every place of an item where a value of any size may stand. */
function mapItem(item: Item, map: MapValue): Item {
  if ('start' in item) return { start: mapStart(item.start, map) };
  if ('woken' in item) return { woken: { ...item.woken, contexts: mapContexts(item.woken.contexts, map) } };
  if ('event' in item) {
    const { event } = item.event;
    return { event: { ...item.event, event: { ...event, payload: map(event.payload) as JsonObject | null } } };
  }
  if ('result' in item) {
    const { outcome } = item.result;
    if ('ok' in outcome) return { result: { ...item.result, outcome: { ok: map(outcome.ok) } } };
    const err = { ...outcome.err, details: map(outcome.err.details) as ErrorDetails };
    return { result: { ...item.result, outcome: { err } } };
  }
  if ('chunk' in item) return { chunk: { ...item.chunk, chunks: item.chunk.chunks.map(map) } };
  return item;
}

const mapStart = (start: StartInput, map: MapValue): StartInput => ({
  ...start,
  args: mapFields(start.args, map),
  ...(start.contexts && { contexts: mapContexts(start.contexts, map) }),
  ...(start.globals && { globals: mapFields(start.globals, map) }),
});

const mapFields = (object: JsonObject, map: MapValue): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]));

const mapContexts = (contexts: Contexts, map: MapValue): Contexts =>
  Object.fromEntries(
    Object.entries(contexts).map(([name, read]) => [name, read && { ...read, value: map(read.value) as JsonObject }]),
  );
