import type { TraceRecord } from '../../core/run/flush';
import type { Item } from '../../core/run/types';
import { anEvent, aStart } from '../../testing/builders';
import { traceRecord, traceText } from './trace-text';

const large = { text: 'x'.repeat(3_000) };
const contexts = { global: { owner: 'global', version: 3, value: large } };

/** Each kind of item, with a value that leaves the record where there may be one. */
const items: readonly Item[] = [
  { start: aStart({ args: { body: large }, contexts }) },
  { woken: { contexts, usedBytes: 7 } },
  { refused: { flush: 1, patches: [] } },
  { cancel: { reason: 'asked for' } },
  { event: { waitId: 'w1', event: anEvent({ payload: large }) } },
  { result: { commandId: 'c1', outcome: { ok: large }, attempts: 1, ms: 5 } },
  { result: { commandId: 'c2', outcome: { err: { error: 'E', message: 'm', details: large } }, attempts: 1, ms: 5 } },
  { chunk: { commandId: 'c3', index: 0, chunks: [large] } },
  { timer: 'w2' },
];

it.each(items.map((item) => [Object.keys(item)[0], item] as const))('keeps an item %s whole', (_, item) => {
  // A second item with a large value: what is beside it must not change.
  const turns = [{ n: 0, now: 1, items: [item, { chunk: { commandId: 'c9', index: 0, chunks: [large] } }] }];
  const record = { v: 1, run: 'acme/a/1', turns } as unknown as TraceRecord;
  const { record: text, blobs } = traceText(record);
  expect(text.length).toBeLessThan(2_000);
  expect(traceRecord(text, (digest) => new Map(blobs).get(digest))).toEqual(record);
});
