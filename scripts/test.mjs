/** `npm test [-- --only=PART,...] [jest arguments]`: set-up, then every check in order, then one line that counts. */
import { join } from 'node:path';
import { countJest, jestArguments } from './setup/jest-run.mjs';
import { prepare, ROOT } from './setup/prepare.mjs';
import { report } from './setup/problem.mjs';
import { run } from './setup/steps.mjs';
import { temporalExecutable } from './setup/temporal.mjs';

const bin = (path) => join('node_modules', path);
const node = (...args) => run(process.execPath, args, { cwd: ROOT, show: true });
const TSC = bin('@typescript/native/bin/tsc');

/** In the order of how soon they tell something. Each ends with true when all is well. */
const PARTS = {
  format: () => passes(bin('prettier/bin/prettier.cjs'), '--check', '.', '--log-level=warn', ...cache('prettier')),
  lint: () => passes(bin('eslint/bin/eslint.js'), '.', ...cache('eslint')),
  generated: async () =>
    (await passes('scripts/grammar.mjs', '--check')) &&
    (await passes('scripts/automation-schema.mjs', '--check')) &&
    (await passes('scripts/api-types.mjs', '--check')) &&
    (await passes('scripts/reference.mjs', '--check')),
  types: async () => (await buildPasses()) && passes(TSC, '-p', 'tests/tsconfig.json', '--noEmit'),
  duplication: () => passes(bin('jscpd/bin/jscpd')),
  compose: composeIsValid,
  unit: () => runJest('unit'),
  integration: () => runJest('integration'),
};
const JEST = ['unit', 'integration'];

const { only, rest } = readArguments(process.argv.slice(2));
const results = [];
/** Counts of tests, by the part that ran them. */
const jest = {};

try {
  await prepare({ withBuild: false });
  await runParts();
} catch (error) {
  report(error);
  results.push({ name: 'set-up', ok: false, seconds: 0 });
}
summarise();

async function runParts() {
  for (const name of only) await timed(name, PARTS[name]);
}

/**
 * Coverage is that of the unit tests, of the whole product and with the thresholds of the whole: what integration tests
 * start runs in processes of its own, where nothing is counted.
 */
async function runJest(project) {
  // Unit tests read the sources themselves; only what starts processes and servers needs dist/.
  if (project === 'integration' && !(await buildPasses())) return false;
  const env = { ...process.env };
  if (project === 'integration') env.OSTINATO_TEMPORAL_BIN = await temporalExecutable();
  const coverage = project === 'unit' && only.length === Object.keys(PARTS).length && rest.length === 0;
  const { args, outputFile } = jestArguments(ROOT, project, { coverage, rest });
  const { code } = await run(process.execPath, [bin('jest/bin/jest.js'), ...args], { cwd: ROOT, env, show: true });
  jest[project] = countJest(outputFile);
  return code === 0;
}

async function buildPasses() {
  return prepare().then(
    () => true,
    (error) => (report(error), false),
  );
}

/** A jest test parses the file; where the real tool is at hand it has the last word. */
async function composeIsValid() {
  const { code } = await run('docker-compose', ['version']);
  if (code !== 0)
    return (process.stderr.write('docker-compose is not on the PATH: only the jest test looks at it\n'), true);
  return (
    (await run('docker-compose', ['-f', 'docker-compose.temporal.yml', 'config', '-q'], { cwd: ROOT, show: true }))
      .code === 0
  );
}

async function passes(...args) {
  return (await node(...args)).code === 0;
}

async function timed(name, check) {
  process.stderr.write(`\n== ${name}\n`);
  const begun = Date.now();
  const ok = await check().catch((error) => (report(error), false));
  results.push({ name, ok, seconds: (Date.now() - begun) / 1000 });
}

function cache(tool) {
  return ['--cache', '--cache-location', bin(`.cache/${tool}/cache`)];
}

function readArguments(args) {
  const chosen = args.filter((arg) => arg.startsWith('--only=')).flatMap((arg) => arg.slice(7).split(','));
  const unknown = chosen.find((name) => !(name in PARTS));
  if (unknown !== undefined) {
    console.error(`There is no part "${unknown}". Parts: ${Object.keys(PARTS).join(', ')}.`);
    process.exit(2);
  }
  const wanted = Object.keys(PARTS).filter((name) => chosen.length === 0 || chosen.includes(name));
  return { only: wanted, rest: args.filter((arg) => !arg.startsWith('--only=')) };
}

function summarise() {
  console.log('');
  for (const { name, ok, seconds } of results) {
    console.log(`${ok ? 'ok    ' : 'FAILED'} ${name.padEnd(22)} ${seconds.toFixed(1).padStart(7)} s`);
  }
  // Each check counts as one test; of jest its tests count, and the run itself only when it failed as a whole.
  const counts = results.map(({ name, ok }) => {
    if (!JEST.includes(name)) return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
    const { passed, failed, skipped } = jest[name] ?? { passed: 0, failed: 0, skipped: 0 };
    return { passed, failed: ok ? failed : Math.max(failed, 1), skipped };
  });
  const sum = (what) => counts.reduce((all, count) => all + count[what], 0);
  const [passed, failed, skipped] = [sum('passed'), sum('failed'), sum('skipped')];
  console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  process.exitCode = failed > 0 ? 1 : 0;
}
