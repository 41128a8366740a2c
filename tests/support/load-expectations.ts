import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import type { Json } from '../../shared/core/json';
import { CheckedObject, ExpectFileError } from './checked-object';
import type { ExpectFile, Scenario, Step } from './expectations';
import { readCall, readLooks, readTest } from './read-call';
import { readRequest, readStubAnswer } from './read-stub';

const readers: { readonly [kind: string]: (step: CheckedObject) => Step } = {
  call: (step) => readCall(step, readStep),
  test: readTest,
  emit: (step) => ({ kind: 'emit', type: step.text('emit'), payload: step.object('payload') }),
  trigger: (step) => ({ kind: 'trigger', automation: step.text('trigger') }),
  until: (step) => ({
    kind: 'until',
    type: step.text('until'),
    where: step.object('where'),
    ...readLooks(step),
    count: step.number('count', 1),
    withinSeconds: step.number('within', 15),
  }),
  events: (step) => ({
    kind: 'events',
    type: step.text('events'),
    where: step.object('where'),
    ...readLooks(step),
    count: step.number('count'),
  }),
  order: (step) => ({ kind: 'order', types: step.textList('order'), where: step.object('where') }),
  request: readRequest,
  pass: (step) => ({ kind: 'pass', ms: readDuration(step) }),
};

/** @throws ExpectFileError with the file, the place in it and what may stand there */
export function loadExpectations(file: string): ExpectFile {
  try {
    return parseExpectations(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof ExpectFileError) throw new ExpectFileError(`${file}: ${error.message}`);
    throw error;
  }
}

export function parseExpectations(text: string): ExpectFile {
  const document = parseDocument(text, { version: '1.2', schema: 'core' });
  const [error] = document.errors;
  if (error) throw new ExpectFileError(error.message);
  const root = CheckedObject.of(document.toJS() as Json, 'document');
  return root.done({
    settings: root.texts('settings'),
    scenarios: root.list('scenarios').map(readScenario),
    virtualTime: root.list('virtualTime').map(readScenario),
  });
}

/** Every workspace below a folder, with its expectations. */
export function expectFilesBelow(folder: string): readonly { readonly workspace: string; readonly file: string }[] {
  return readdirSync(folder)
    .sort()
    .map((workspace) => ({ workspace, file: join(folder, workspace, 'expect.yml') }))
    .filter(({ file }) => existsSync(file));
}

function readScenario(scenario: CheckedObject): Scenario {
  const steps = scenario.list('steps');
  if (steps.length === 0) scenario.fail('a scenario needs steps');
  return scenario.done({
    name: scenario.text('name'),
    shows: scenario.textList('shows'),
    config: scenario.object('config'),
    stub: scenario.list('stub').map(readStubAnswer),
    steps: steps.map(readStep),
  });
}

function readStep(step: CheckedObject): Step {
  const kinds = Object.keys(readers).filter((kind) => step.has(kind));
  const read = readers[kinds[0] ?? ''];
  if (kinds.length !== 1 || !read) step.fail(`a step has exactly one of ${Object.keys(readers).join(', ')}`);
  return step.done(read(step));
}

const UNITS: { readonly [unit: string]: number } = { second: 1e3, minute: 6e4, hour: 36e5, day: 864e5 };

/** `3 days 2 hours` */
function readDuration(step: CheckedObject): number {
  const text = step.text('pass');
  const parts = [...text.matchAll(/(\d+) (second|minute|hour|day)s?/g)];
  if (parts.map(([part]) => part).join(' ') !== text || parts.length === 0)
    step.fail(`pass: expected such as "2 days 3 hours", found "${text}"`);
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? 0), 0);
}
