import type { Release } from '../automation/compiled';
import { NO_SETTINGS, resolveConfig } from './resolve-config';

it('reads what runs have set inside a nested instance from the config of the outermost', () => {
  const release = {
    workspaceId: 'acme',
    config: { '': {}, nlu: {}, 'nlu.french': { strict: false, size: 1 } },
    instances: {
      nlu: { appSlug: 'nlu', config: { french: { strict: true }, lang: 'fr' } },
      'nlu.french': { appSlug: 'french', config: {} },
    },
  } as unknown as Release;
  expect(resolveConfig(release, { secret: {}, settings: NO_SETTINGS })['nlu.french']).toEqual({
    strict: true,
    size: 1,
  });
});
