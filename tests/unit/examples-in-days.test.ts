/** The `virtualTime` scenarios of the examples and of the cases: real durations, on the machine alone. */
import { join } from 'node:path';
import { expectFilesBelow, loadExpectations, parseExpectations } from '../support/load-expectations';
import { virtualWorkspace } from '../support/virtual-workspace';

const folders = [join(__dirname, '..', '..', 'examples'), join(__dirname, '..', 'cases')];

const scenarios = folders.flatMap((folder) =>
  expectFilesBelow(folder).flatMap(({ workspace, file }) =>
    loadExpectations(file).virtualTime.map((scenario) => ({ folder, workspace, name: scenario.name, scenario })),
  ),
);

it.each(scenarios)('$workspace: $name', ({ folder, workspace, scenario }) =>
  virtualWorkspace(join(folder, workspace)).run(scenario),
);

describe('an expect.yml with a mistake', () => {
  const step = (text: string) => `scenarios: [{ name: x, steps: [${text}] }]`;

  it.each([
    ['scenarios: [', /flow/i],
    ['scenario: []', /document: unknown field scenario; known here: scenarios, settings, virtualTime/],
    ['scenarios: [{ name: x }]', /document\.scenarios\[0\]: a scenario needs steps/],
    ['scenarios: [{ steps: [{ pass: 1 day }] }]', /scenarios\[0\]\.name: expected a text, found nothing/],
    [step('{ shout: x }'), /steps\[0\]: a step has exactly one of call, test, emit,/],
    [step('{ call: a, emit: b }'), /exactly one of/],
    [
      step('{ until: a, wher: {} }'),
      /steps\[0\]: unknown field wher; known here: absent, count, matches, until, where, within/,
    ],
    [step('{ events: a }'), /steps\[0\]\.count: expected a number, 0 or more, found nothing/],
    [step('{ call: a, body: 1, text: a }'), /steps\[0\]: a call sends one of body, text/],
    [step('{ call: a, multipart: [{ field: f }] }'), /multipart\[0\]\.value: expected a text, found nothing/],
    [step('{ call: a, meanwhile: [{ wait: 1 }] }'), /meanwhile\[0\]: a step has exactly one of/],
    [step('{ call: a, query: { n: ["1", 2] } }'), /query\.n: expected a text \(put it in quotes\), found 2/],
    [step('{ call: a, query: { n: 1 } }'), /query\.n: expected a text \(put it in quotes\), found 1/],
    [step('{ call: a, expect: { state: 200 } }'), /steps\[0\]\.expect: unknown field state/],
    [step('{ pass: a while }'), /expected such as "2 days 3 hours"/],
    [step('{ request: /path }'), /expected such as "GET \/path"/],
    [step('just text'), /steps\[0\]: expected an object, found "just text"/],
  ])('%s is refused with its place', (text, message) => {
    expect(() => parseExpectations(text)).toThrow(message);
  });
});
