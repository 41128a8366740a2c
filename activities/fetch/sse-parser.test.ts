import type { Json } from '../../shared/core/json';
import { SseParser } from './sse-parser';

/** What each packet gives, then the end; null where it completes nothing. */
function read(...packets: readonly string[]): Json[] {
  const parser = new SseParser();
  const reads = [...packets.map((packet) => parser.push(Buffer.from(packet))), parser.end()];
  return reads.map((one) => (one?.chunk ?? null) as unknown as Json);
}

it.each<[string, readonly string[], readonly Json[]]>([
  ['several data lines of a packet are one chunk', ['data: 1\ndata: {"a":1}\n\n'], [{ data: ['1', { a: 1 }] }, null]],
  [
    'lists are parsed, other JSON is text',
    ['data: [1]\n\ndata: 5\n\ndata: true\n'],
    [{ data: [[1], '5', 'true'] }, null],
  ],
  ['one blank behind the colon is taken off', ['data:a\ndata:  b\n'], [{ data: ['a', ' b'] }, null]],
  ['a line cut in three', ['da', 'ta: a', 'b\n'], [null, null, { data: ['ab'] }, null]],
  ['blank lines give nothing', ['\n\n', 'data: a\n', '\n'], [null, { data: ['a'] }, null, null]],
  [
    'CR, CR LF, LF, and CR LF cut in two',
    ['data: a\rdata: b\r\ndata: c\n', 'data: d\r', '\ndata: e\n'],
    [{ data: ['a', 'b', 'c'] }, { data: ['d'] }, { data: ['e'] }, null],
  ],
  ['a byte order mark', ['\uFEFFdata: a\n'], [{ data: ['a'] }, null]],
  [
    'fields wait for their data',
    ['event: e\n', 'id: 1\n', 'data: a\n'],
    [null, null, { data: ['a'], event: 'e', id: '1' }, null],
  ],
  [
    'fields behind the last data are for the next',
    ['data: a\n\nevent: e\n', 'data: b\n'],
    [{ data: ['a'] }, { data: ['b'], event: 'e' }, null],
  ],
  ['fields that wait in vain are told at the end', ['event: bye\n'], [null, { data: [], event: 'bye' }]],
  ['a last line without an end', ['data: a\n', 'data: b'], [{ data: ['a'] }, null, { data: ['b'] }]],
  ['retry is a number or nothing', ['retry: 5\nretry: x\ndata: a\n'], [{ data: ['a'], retry: 5 }, null]],
  ['comments are told', [': a\n:b\n'], [{ data: [], comment: 'a\nb' }, null]],
  ['what is broken stays text', ['data: {"a"\ndata: [DONE]\n'], [{ data: ['{"a"', '[DONE]'] }, null]],
])('%s', (_name, packets, chunks) => expect(read(...packets)).toEqual(chunks));

it('counts lines that are none of the protocol', () => {
  const parser = new SseParser();
  parser.push(Buffer.from('hello\nfoo: bar\ndata: a\n'));
  expect(parser.ignored).toBe(2);
});

it('gives the same however the bytes are cut, and accounts for each up to its last content', () => {
  const text = 'event: e\r\ndata: {"t":"€"}\r\n\r\n: c\ndata\n\nid: 9\ndata: 2\rdata: [3]\n\nevent: late\n';
  const bytes = Buffer.from(text);
  for (let size = 1; size <= bytes.length; size++) {
    const parser = new SseParser();
    const reads = [];
    for (let at = 0; at < bytes.length; at += size) reads.push(parser.push(bytes.subarray(at, at + size)));
    const told = Buffer.concat(reads.flatMap((one) => (one ? [one.bytes] : [])));
    expect(told.toString()).toBe(text.slice(0, text.lastIndexOf('[3]') + 4));
    expect(reads.flatMap((one) => one?.chunk.data ?? [])).toEqual([{ t: '€' }, '', '2', [3]]);
    expect(parser.end()?.chunk).toEqual({ data: [], event: 'late' });
  }
});
