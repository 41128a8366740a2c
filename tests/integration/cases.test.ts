/** Every `expect.yml` of `tests/cases/`, run against the whole product. */
import { join } from 'node:path';
import { scenarioSuite } from '../support/scenario-suite';

jest.setTimeout(60_000);

const workspaces = scenarioSuite(join(__dirname, '..', 'cases'), {
  // Cases of what fails hold mistakes that a strict deployment refuses.
  settings: { OSTINATO_DEPLOY: 'lenient' },
});

it('has scenarios', () => {
  expect(workspaces).not.toEqual([]);
});
