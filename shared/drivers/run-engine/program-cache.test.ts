import type { ProgramSet } from '../../core/automation/program';
import type { JsonObject } from '../../core/json';
import { compileWorkspace } from '../../core/workspaces/compile-workspace';
import { fakeReleaseStore } from '../../testing/fakes/stores';
import { createProgramCache } from './program-cache';

it('fills secrets into the config of the workspace where programs are put together, and nowhere before', async () => {
  const { release, programs } = compileWorkspace({
    workspaceId: 'acme',
    files: {
      'index.yml':
        'name: Acme\nconfig: { value: { key: "Bearer {{secret.token}}", none: "{{secret.other}}", a: 1 } }\n',
      'automations/hello.yml': 'name: Hello\ndo: []\noutput: "{{config.key}}"\n',
    },
    createdAt: 0,
  });
  if (!release) throw new Error('it should compile');
  const releases = fakeReleaseStore();
  for (const [digest, program] of programs) await releases.putProgram(digest, program);
  await releases.putRelease(release);
  const cache = createProgramCache(releases, {
    secretsOf: (id): JsonObject => (id === 'acme' ? { token: 'hush' } : {}),
  });
  const bytes = await cache({ release: release.digest, automation: 'hello' });
  const { config } = JSON.parse(Buffer.from(bytes).toString('utf8')) as ProgramSet;
  expect(config['']).toEqual({ key: 'Bearer hush', none: '{{secret.other}}', a: 1 });
  expect(JSON.stringify(await releases.getRelease(release.digest))).not.toContain('hush');
});
