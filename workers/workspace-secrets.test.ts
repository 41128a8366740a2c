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
});
