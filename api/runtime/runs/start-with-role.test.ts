import { aRelease } from '../../../shared/testing/fakes/release';
import type { RunRequest } from './start-input';
import { createStartWithRole } from './start-with-role';

it('gives the run the role that its user has in the workspace, whatever the caller claims', async () => {
  const started: RunRequest[] = [];
  const roleOf = async (workspaceId: string, { userId }: { readonly userId?: string }) =>
    workspaceId === 'acme' && userId === 'ann' ? 'agent' : null;
  const start = createStartWithRole(
    async (request) => {
      started.push(request);
      return { run: 'r', started: true };
    },
    { roleOf },
  );
  const request = {
    release: aRelease({ main: {} }),
    automation: 'main',
    id: '1',
    trigger: { type: 'endpoint', value: 'main' },
    args: {},
    correlationId: 'c',
    depth: 0,
  } as const;
  await start({ ...request, identity: { userId: 'ann', role: 'owner' } }, { who: 'caller' });
  await start({ ...request, identity: { userId: 'joe', role: 'owner' } }, { who: 'caller' });
  expect(started.map(({ identity }) => identity)).toEqual([{ userId: 'ann', role: 'agent' }, { userId: 'joe' }]);
});
