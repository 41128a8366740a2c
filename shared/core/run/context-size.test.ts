import { bytesOf, refusalOf, utf8Length } from './context-size';

it.each(['', 'abc', 'é', '€', '😀', 'a😀é€', '\ud83d', 'x\ude00y', '\u07ff\u0800'])(
  'counts %j as it is written down',
  (text) => expect(utf8Length(text)).toBe(Buffer.byteLength(text)),
);

it('takes an empty context for nothing', () => expect([bytesOf({}), bytesOf({ a: 'é' })]).toEqual([0, 10]));

it.each([
  ['what fits exactly', { a: '123456' }, 0, undefined],
  ['one byte more', { a: '1234567' }, 0, { usedBytes: 0, sizeBytes: 15, limitBytes: 14 }],
  ['what others have used', { a: 1 }, 10, { usedBytes: 10, sizeBytes: 7, limitBytes: 14 }],
])('sees %s', (_title, after, usedBytes, refusal) =>
  expect(refusalOf({ context: 'global', before: {}, after }, { usedBytes, limitBytes: 14 })).toEqual(
    refusal && { context: 'global', ...refusal },
  ),
);

it('lets shrinking writes pass however full it is', () =>
  expect(
    refusalOf({ context: 'user', before: { a: 123 }, after: { a: 12 } }, { usedBytes: 99, limitBytes: 14 }),
  ).toBeUndefined());

it('does not count others for a `run` context', () => {
  const space = { usedBytes: 99, limitBytes: 14 };
  expect(refusalOf({ context: 'run', before: {}, after: { a: 1 } }, space)).toBeUndefined();
  expect(refusalOf({ context: 'run', before: { a: 1 }, after: { a: '12345678' } }, space)).toMatchObject({
    usedBytes: 7,
  });
});
