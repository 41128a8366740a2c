import { parse } from 'yaml';
import { editYaml, toYaml } from './edit-yaml';

const text = `# What it does
name: Hello # shown to people

when:
  # called by the shop
  endpoint: true
do:
  # first
  - emit: { event: a.b, payload: { x: '{{body.x}}' } }
  # second
  - set:
      name: y
      value: "1" # a text
output: '{{y}}'
`;
const value = () => parse(text) as Record<string, never>;

it('gives the same bytes for the same value', () => expect(editYaml(text, value())).toBe(text));

it('keeps comments, order and quotes of what has not changed', () => {
  expect(editYaml(text, { ...value(), name: 'Bye', labels: ['x'] })).toBe(
    `${text.replace('Hello', 'Bye').trimEnd()}\nlabels:\n  - x\n`,
  );
});

it('moves no comment when an instruction is put in front, between or taken away', () => {
  const [first, second] = value()['do'] as unknown as [never, never];
  const sleep = { sleep: 1 };
  const put = (...items: unknown[]) => editYaml(text, { ...value(), do: items } as never);
  expect(put(sleep, first, second)).toContain('- sleep: 1\n  # first\n  - emit:');
  expect(put(first, sleep, second)).toContain('- sleep: 1\n  # second\n  - set:');
  expect(put(second)).toContain('# second\n  - set:');
});

it('removes what is gone, and writes anew what cannot be edited', () => {
  const { output: _, ...rest } = value();
  expect(editYaml(text, rest)).toBe(text.replace("output: '{{y}}'\n", ''));
  expect(parse(editYaml('a: &x {b: 1}\nc: *x\n', { c: { b: 2 } }))).toEqual({ c: { b: 2 } });
  expect(parse(editYaml('a: &x {b: 1}\nc: *x\n', { a: 1, c: { b: 1 } }))).toEqual({ a: 1, c: { b: 1 } });
  expect(parse(editYaml('- no mapping', { a: 1 }))).toEqual({ a: 1 });
  expect(parse(editYaml('a: [', { a: 1 }))).toEqual({ a: 1 });
});

it('writes what YAML might take for something else as what it is', () => {
  const odd = {
    a: '{{x}}', b: 'yes', c: '1', d: 'null', e: '2020-01-01', f: '# x', g: 'a: b', h: '', i: ' x ', j: 'l1\nl2\n', k: '<<',
    l: [], m: {}, n: null, o: 1.5, p: 'x'.repeat(300), '': 1, '1': 2, 'a b': 3,
  }; // prettier-ignore
  expect(parse(toYaml(odd))).toEqual(odd);
  expect(parse(editYaml('a: 1\n', odd))).toEqual(odd);
});

it('keeps `__proto__` a key like any other', () => {
  const hostile = JSON.parse('{"a": {"__proto__": {"polluted": true}}}') as never;
  expect(editYaml('a: {}\n', hostile)).toContain('__proto__');
  expect(({} as { polluted?: true }).polluted).toBeUndefined();
});
