/** Every `expect.yml` of `examples/`, run against the whole product. */
import { join } from 'node:path';
import { scenarioSuite } from '../support/scenario-suite';

jest.setTimeout(60_000);

const workspaces = scenarioSuite(join(__dirname, '..', '..', 'examples'));

it('has an expectation for every example', () => {
  expect(workspaces).toHaveLength(9);
});
