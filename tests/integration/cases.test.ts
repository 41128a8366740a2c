/** Every `expect.yml` of `tests/cases/`, run against the whole product. */
import { join } from 'node:path';
import { scenarioSuite } from '../support/scenario-suite';

jest.setTimeout(60_000);

const workspaces = scenarioSuite(join(__dirname, '..', 'cases'), {
  // Calls of what is not there, and other mistakes, are told when they are reached, as cases of failures want to see.
  OSTINATO_DEPLOY: 'lenient',
});

it('has scenarios', () => {
  expect(workspaces).not.toEqual([]);
});
