// How often a second `{{a}} + 1 > 2` is evaluated, beside the same thing as a JavaScript closure; then what it costs to
// parse, to fill in a template, and to load the parts. Run after a build: node bench/evaluate.mjs
// Not measured: the sandbox of a workflow, and reading the program's JSON there.
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';

const require = createRequire(import.meta.url);
const core = (path) => require(`../dist/shared/core/expression/${path}.js`);
const timed = (load) => {
  const start = performance.now();
  const loaded = load();
  return [loaded, performance.now() - start];
};
const [{ evaluate }, loadEvaluate] = timed(() => core('evaluate/evaluate'));
const [, loadRegex] = timed(() => core('evaluate/regex'));
const [, loadDates] = timed(() => core('evaluate/format-date'));
const [{ parseExpression }, loadParser] = timed(() => core('parse/parse-expression'));
const { compileTemplate } = core('parse/compile-template');
const { render } = core('evaluate/render');
const { scopeOf } = core('scope-of');

const scope = scopeOf({ a: 2, o: { name: 'Doe', n: [1, 2, 3] } });
const compiled = JSON.parse(JSON.stringify(parseExpression('{{a}} + 1 > 2')));
const template = compileTemplate({
  to: '{{o.name}}',
  text: 'Dear {{o.name}}, you have {{o.n.length}}',
  total: '{% {{o.n[1]}} * 2 %}',
});
const closure = (s) => s.lookup('a') + 1 > 2;

/** Calls a second, the best of three rounds of 0.3 s. */
function rate(work) {
  let best = 0;
  for (let round = 0; round < 4; round++) {
    const end = performance.now() + 300;
    let calls = 0;
    const start = performance.now();
    while (performance.now() < end) {
      for (let i = 0; i < 500; i++) if (work() === undefined) throw new Error('nothing evaluated');
      calls += 500;
    }
    if (round > 0) best = Math.max(best, calls / ((performance.now() - start) / 1000));
  }
  return Math.round(best);
}

const expression = rate(() => evaluate(compiled, scope));
const baseline = rate(() => closure(scope));
const show = (name, value) => console.log(name.padEnd(42), value.toLocaleString('en'));
show('evaluate {{a}} + 1 > 2, a second', expression);
show('the same as a closure, a second', baseline);
show('ratio', Number((baseline / expression).toFixed(1)));
show(
  'render an object of three templates, a second',
  rate(() => render(template, scope)),
);
show(
  'parse {{a}} + 1 > 2, a second',
  rate(() => parseExpression('{{a}} + 1 > 2')),
);
show('load evaluate, ms', Number(loadEvaluate.toFixed(1)));
show('load regex on first use, ms', Number(loadRegex.toFixed(1)));
show('load dates on first use, ms', Number(loadDates.toFixed(1)));
show('load the parser (compile time only), ms', Number(loadParser.toFixed(1)));
