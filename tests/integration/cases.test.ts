/** Every `expect.yml` of `tests/cases/`, run against the whole product. */
import { join } from 'node:path';
import { scenarioSuite } from '../support/scenario-suite';

jest.setTimeout(60_000);

const user = (id: string, roles: object) => ({ [id]: { token: `${id}-token`, roles } });

const workspaces = scenarioSuite(join(__dirname, '..', 'cases'), {
  settings: {
    OSTINATO_USERS: JSON.stringify({
      ...user('ann', { '*': 'agent' }),
      ...user('tim', { '*': 'trainee' }),
      ...user('ed', { '*': 'editor' }),
      ...user('joe', { '*': 'guest' }),
      ...user('zoe', { elsewhere: 'agent' }),
    }),
    // Cases of what fails hold mistakes that a strict deployment refuses.
    OSTINATO_DEPLOY: 'lenient',
    'APP_CONFIG_app-nlu_REGION': 'north',
    'APP_CONFIG_app-nlu_lang': 'never',
  },
});

it('has scenarios', () => {
  expect(workspaces).not.toEqual([]);
});
