// A workspace of 1,000 different automations of 50 instructions: parsing its YAML alone (the `yaml` package, the floor),
// compiling it, and compiling it again after one automation changed. Run after a build: node bench/compile.mjs [--assert]
// Not measured: reading files, storing the release, the run of anything.
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import { parse } from 'yaml';

const require = createRequire(import.meta.url);
const { compileWorkspace } = require('../dist/shared/core/workspaces/compile-workspace.js');

const AUTOMATIONS = 1000;
const ROUNDS = 3;
const LIMITS = { compile: 10_000, edit: 200 };

/** Ten instructions, nested ones counted, five times; numbers make every automation and every block different. */
const block = (i, j) => `
  - set: { name: "order.lines[${j}].n${i}", value: { sku: "s-{{body.sku}}-${i}", count: "{% {{body.count}} * ${j + 1} + ${i} %}" } }
  - conditions:
      '{{order.n${i}}} > ${j} and {{body.kind}} == "b${i}"':
        - emit: { event: order.big.${i}, payload: { id: "{{order.id}}", at: "{{run.date}}" } }
      default:
        - set: { name: small${j}, value: true }
  - repeat:
      on: '{{order.lines}}'
      do:
        - set: { name: sum, value: "{% {{sum}} + {{item.n${i}}} %}" }
  - fetch: { url: "https://api.test/{{order.id}}/${i}", method: post, body: { n: ${j} }, output: answer${j} }
  - wait: { oneOf: [{ event: paid.${i}, filters: { payload.id: "{{order.id}}" } }], timeout: ${60 + j}, output: paid }
  - all:
      - set: { name: left, value: "{{paid.payload.n}} of ${i}" }`;
const automation = (i, extra = '') => `name: Automation ${i}
when: { endpoint: true, events: [ask.${i}] }
arguments:
  body: { type: object, properties: { sku: { type: string }, count: { type: number } } }
do:${Array.from({ length: 5 }, (_, j) => block(i, j)).join('')}${extra}
output: { sum: '{{sum}}', n: ${i} }
`;

const files = { 'index.yml': 'name: Bench' };
for (let i = 0; i < AUTOMATIONS; i++) files[`automations/a${i}.yml`] = automation(i);

const timed = (work) => {
  const start = performance.now();
  const result = work();
  return [performance.now() - start, result];
};
const median = (times) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
const times = { parse: [], compile: [], edit: [] };
for (let round = 0; round < ROUNDS; round++) {
  times.parse.push(timed(() => Object.values(files).map((text) => parse(text)))[0]);
  const cache = new Map();
  times.compile.push(timed(() => compile(files, cache))[0]);
  const name = `automations/a${round * 7}.yml`;
  const changed = { ...files, [name]: automation(round * 7, `\n  - set: { name: changed, value: ${round} }`) };
  times.edit.push(timed(() => compile(changed, cache))[0]);
}

function compile(texts, cache) {
  const compiled = compileWorkspace({ workspaceId: 'bench', files: texts, cache, createdAt: 0 });
  if (!compiled.release) throw new Error(JSON.stringify(compiled.diagnostics.slice(0, 3)));
  return compiled;
}

const [floor, whole, edit] = [times.parse, times.compile, times.edit].map(median);
const show = (what, value) => console.log(what.padEnd(58), value);
show(`parse the YAML of ${AUTOMATIONS} automations, s`, (floor / 1000).toFixed(2));
show('compile them, s', (whole / 1000).toFixed(2));
show('ratio', (whole / floor).toFixed(2));
show('compile them again with one changed, ms', edit.toFixed(0));
if (process.argv.includes('--assert') && (whole > LIMITS.compile || edit > LIMITS.edit)) {
  console.error(`missed: at most ${LIMITS.compile / 1000} s and ${LIMITS.edit} ms`);
  process.exitCode = 1;
}
