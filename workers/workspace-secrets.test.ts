import { workspaceSecrets } from './workspace-secrets';

describe('secrets of workspaces', () => {
  const secrets = workspaceSecrets({
    secrets: { acme: { token: ' hush ', empty: '', prismeai_ratelimit_emits: '30' }, beta: { other: 'hush-hush' } },
  });

  it('are those of the workspace, without settings of the platform', () => {
    expect(secrets.of('acme')).toEqual({ token: ' hush ', empty: '' });
    expect(secrets.of('nobody')).toEqual({});
    expect(secrets.settings('acme')).toEqual({ prismeai_ratelimit_emits: '30' });
    expect(secrets.settings('beta')).toEqual({});
  });

  it('are hidden by their trimmed texts, in the log those of all workspaces', () => {
    expect(secrets.texts('acme')).toEqual(['hush']);
    expect(secrets.texts('toString')).toEqual([]);
    expect(secrets.all).toEqual(['hush-hush', 'hush']);
  });

  it('are those of workspaces with a text to hide', () => {
    const settings = { shop: { empty: ' ' }, plain: { prismeai_ratelimit_emits: '30' } };
    expect(secrets.workspaces).toEqual(['acme', 'beta']);
    expect(workspaceSecrets({ secrets: settings }).workspaces).toEqual([]);
  });
});

it('gives keys for the own API to nobody but calls of it, and hides them', () => {
  const secrets = workspaceSecrets({ secrets: { acme: { prismeai_api_key_bot: 'botKey', prismeai_x: 'y' } } });
  expect(secrets.apiKey('acme', 'bot')).toBe('botKey');
  expect([secrets.apiKey('acme', 'x'), secrets.apiKey('else', 'bot'), secrets.apiKey('toString', 'name')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect([secrets.of('acme'), secrets.texts('acme')]).toEqual([{}, ['botKey']]);
});

it('gives what was saved as an object as one, and hides the texts inside', () => {
  const secrets = workspaceSecrets({ secrets: { acme: { set: '{"text": "as it is"}' } } });
  const saved = { key: '{"id":"key-1","pin":123456,"on":true,"a":"b"}', set: '{}', broken: '{oops', list: '["word"]' };
  secrets.add({ workspaces: () => ['acme'], version: () => 1, versionOf: () => 1, valuesOf: () => saved });
  expect(secrets.of('acme')).toEqual({
    key: { id: 'key-1', pin: 123456, on: true, a: 'b' },
    ...{ list: ['word'], broken: '{oops', set: '{"text": "as it is"}' },
  });
  expect(secrets.texts('acme')).toEqual([
    saved.key,
    '{"text": "as it is"}',
    '["word"]',
    '123456',
    'key-1',
    '{oops',
    'word',
  ]);
});
