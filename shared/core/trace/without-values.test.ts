import { aFlush, anEvent, aStart } from '../../testing/builders';
import type { Item } from '../run/types';
import { toRecord } from './to-record';
import { withoutTraceValues } from './without-values';

const SECRET = 'a value of somebody';
const error = { error: 'FetchError', message: SECRET, details: { SECRET } };
const items: readonly Item[] = [
  { start: aStart({ args: { body: SECRET }, identity: { email: SECRET }, contexts: {}, http: { path: SECRET } }) },
  { woken: { contexts: { user: { owner: 'u', version: 1, value: { a: SECRET } } } } },
  { event: { waitId: 'w:1', event: anEvent({ payload: { a: SECRET } }) } },
  { result: { commandId: 'c:1', outcome: { ok: SECRET }, attempts: 1, ms: 2 } },
  { result: { commandId: 'c:2', outcome: { err: error }, attempts: 3, ms: 4 } },
  { chunk: { commandId: 'c:3', index: 4, chunks: [SECRET, SECRET] } },
  { refused: { flush: 1, patches: [{ context: 'user', path: [SECRET], usedBytes: 1, sizeBytes: 2, limitBytes: 3 }] } },
  { cancel: { reason: SECRET } },
  { timer: 'w:2' },
];

it('hides every value of a trace, and keeps what happened when', () => {
  const shown = withoutTraceValues(toRecord(aFlush({ turns: [{ n: 0, now: 1_000, items }] })));
  expect(JSON.stringify(shown)).not.toContain(SECRET);
  expect(shown).toMatchObject({
    run: 'acme/hello/1',
    turns: [
      {
        now: 1_000,
        items: [
          { start: { automation: 'hello', trigger: { type: 'endpoint' }, args: 'REDACTED' } },
          { woken: { contexts: ['user'] } },
          { event: { waitId: 'w:1', event: { type: 'apps.test', payload: 'REDACTED' } } },
          { result: { commandId: 'c:1', outcome: { ok: 'REDACTED' } } },
          { result: { commandId: 'c:2', outcome: { err: { error: 'FetchError' } }, attempts: 3 } },
          { chunk: { commandId: 'c:3', index: 4, chunks: 2 } },
          { refused: { flush: 1 } },
          { cancel: { reason: 'REDACTED' } },
          { timer: 'w:2' },
        ],
      },
    ],
  });
});
