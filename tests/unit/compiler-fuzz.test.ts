import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { compileAutomation } from '../../shared/core/automation/compile-automation';
import { formatDiagnostic } from '../../shared/core/automation/format-diagnostic';

const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const RUNS = Number(process.env['FC_RUNS'] ?? 1000);
const LIMIT_MS = 50;

const rich = `around it:
  name: {en: a, fr: b}
  when: {endpoint: true, events: [a.b], schedules: ["*/5 9-17 * * MON-FRI"]}
  arguments: {a: {type: object, properties: {b: {type: string, pattern: "^a+$"}}}}
  do:
    - set: &anchor {name: "o[{{k}}].x", value: {a: [1, "{{b}}", {c: "{% {{d}} + 1 %}"}]}, type: merge}
    - conditions:
        '{{a}} == "x" and !({{b}} in {{c}})': [{set: *anchor}, {break: {scope: all}}]
        default: [{repeat: {on: "{{l}}", until: 3, do: [{emit: {event: e, payload: {i: "{{item}}"}, output: r[]}}]}}]
    - all: [{wait: {oneOf: [{event: pong, filters: {payload.x: "{{y}}"}}], timeout: 3, output: w}}, {fetch: {url: "https://a.b"}}]
    - try: {do: [{other: {x: 1, output: z}}], catch: [{sleep: 2}]}
    - comment: |
        text
         more {{text}}
  output: "{{w.payload}} {% date({{d}}).iso %}"
`;
const tables = ['yaml', 'document', 'when', 'arguments', 'instructions'].flatMap(
  (name) =>
    parse(readFileSync(join(__dirname, `../compiler/${name}.yaml`), 'utf8')) as { do?: string; text?: string }[],
);
const seeds = [rich, ...tables.map((row) => row.text ?? `name: x\ndo:\n${(row.do ?? '').replace(/^(?=.)/gm, '  ')}`)];
const tokens = [
  '{',
  '}',
  '[',
  ']',
  '{{',
  '}}',
  '{%',
  '%}',
  ':',
  '- ',
  '\n',
  '\t',
  '"',
  "'",
  '&a ',
  '*a',
  '!!x ',
  '|',
  '>',
  '? ',
  '#',
  '---\n',
  '<<: ',
  '.',
  '0',
  'null',
  'é',
  '😀',
  '\u0000',
  '\r',
  '%',
  ',',
];

/** Half are mutations of good texts, half are made of the tokens that matter. */
const texts = fc.oneof(
  fc
    .tuple(
      fc.oneof({ weight: 3, arbitrary: fc.constant(rich) }, { weight: 2, arbitrary: fc.constantFrom(...seeds) }),
      fc.array(
        fc.record({
          at: fc.double({ min: 0, max: 1, noNaN: true }),
          cut: fc.nat(12),
          put: fc.oneof(fc.constantFrom(...tokens), fc.string({ maxLength: 4 })),
        }),
        { minLength: 1, maxLength: 6 },
      ),
    )
    .map(([text, changes]) =>
      changes.reduce((now, { at, cut, put }) => {
        const from = Math.floor(at * now.length);
        return now.slice(0, from) + put + now.slice(from + cut);
      }, text),
    ),
  fc
    .array(fc.oneof(fc.constantFrom(...tokens), fc.constantFrom('name', 'do', 'set', 'a', ' ', '  ', 'conditions')), {
      maxLength: 800,
    })
    .map((parts) => parts.join('').slice(0, 4096)),
);

const compile = (text: string) => compileAutomation({ file: 'automations/f.yml', slug: 'f', text });

it(
  `makes a program or a positioned diagnostic of any text, in under ${LIMIT_MS} ms (FC_SEED=${seed})`,
  () => {
    compile(rich); // the first call pays for loading
    fc.assert(
      fc.property(texts, (text) => {
        const start = performance.now();
        const { automation, diagnostics } = compile(text);
        const ms = performance.now() - start;
        if (automation === undefined) expect(diagnostics.some(({ severity }) => severity === 'error')).toBe(true);
        for (const found of diagnostics) {
          expect(found.line).toBeGreaterThan(0);
          expect(found.line).toBeLessThanOrEqual(text.split('\n').length);
          expect(found.endCol).toBeGreaterThan(found.col ?? Infinity);
          formatDiagnostic(found, text);
        }
        if (automation) JSON.stringify(automation.program);
        // A pause of the garbage collector is no slowness of ours: a slow one is measured again.
        if (ms > LIMIT_MS) expect(again(text)).toBeLessThan(LIMIT_MS);
      }),
      { seed, numRuns: RUNS },
    );
  },
  Math.max(120_000, RUNS * 10),
);

/** Milliseconds of CPU, the least of some tries: neither a busy machine nor code that is not warm makes it slow here. */
function again(text: string): number {
  let least = Infinity;
  for (let tries = 0; tries < 20 && least >= LIMIT_MS; tries++) {
    const start = process.cpuUsage();
    compile(text);
    const { user, system } = process.cpuUsage(start);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

const deep = (open: string, close: string) => open.repeat(1500) + close.repeat(1000);
it.each([
  ['brackets', deep('[', ']')],
  ['braces', deep('{a: ', '}')],
  ['block lists', `do:\n  ${'- '.repeat(1900)}a`],
  ['nested templates', `name: x\ndo: []\noutput: "${'{{'.repeat(900)}a${'}}'.repeat(900)}"`],
  ['nested blocks', `name: x\ndo: []\noutput: "${'{% '.repeat(600)}1${' %}'.repeat(600)}"`],
  ['parentheses', `name: x\ndo:\n  - conditions: {"${'('.repeat(1900)}1${')'.repeat(1900)}": []}`],
  ['a wide mapping', Array.from({ length: 900 }, (_, i) => `k${i}: `).join('\n')],
  ['anchors', Array.from({ length: 300 }, (_, i) => `k${i}: &a${i} [*a${i - 1}]`).join('\n')],
])('is quick with %s', (_what, text) => {
  expect(again(text)).toBeLessThan(LIMIT_MS);
});
