import type { Json } from '../json';
import type { TraceRecord } from '../run/flush';
import type { Item } from '../run/types';
import { REDACTED } from '../secrets/redact';

/**
 * The record as those see it who may know how a run went, and not what it worked on: which turns and items, which events
 * and waits, nothing of what stands in them.
 */
export const withoutTraceValues = (record: TraceRecord): TraceRecord => ({
  ...record,
  turns: record.turns.map((turn) => ({ ...turn, items: turn.items.map(hidden) as unknown as readonly Item[] })),
});

function hidden(item: Item): Json {
  if ('start' in item) {
    const { automation, release, trigger, depth, workspaceId } = item.start;
    return { start: { automation, release, trigger: { ...trigger }, depth, workspaceId, args: REDACTED } };
  }
  if ('woken' in item) return { woken: { contexts: Object.keys(item.woken.contexts) } };
  if ('event' in item) {
    const { waitId, event } = item.event;
    return {
      event: { waitId, event: { id: event.id, type: event.type, createdAt: event.createdAt, payload: REDACTED } },
    };
  }
  if ('result' in item) {
    const { commandId, outcome, attempts, ms } = item.result;
    const shown: Json = 'ok' in outcome ? { ok: REDACTED } : { err: { error: outcome.err.error } };
    return { result: { commandId, outcome: shown, attempts, ms } };
  }
  if ('chunk' in item) {
    const { commandId, index, chunks } = item.chunk;
    return { chunk: { commandId, index, chunks: chunks.length } };
  }
  if ('refused' in item) return { refused: { flush: item.refused.flush } };
  if ('cancel' in item) return { cancel: { reason: REDACTED } };
  // What is left holds names only.
  return item as unknown as Json;
}
