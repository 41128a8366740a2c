import { createAppDependents } from '../api/runtime/deploy/app-dependents';
import type { Deployed } from '../api/runtime/deploy/deploy-workspace';
import type { WorkspaceFiles } from '../shared/ports/workspace-files';
import { deployFolder } from './deploy-folder';

const deployed: Deployed = { workspaceId: 'a', outcome: 'removed', release: null, diagnostics: [] };

/** A folder with one workspace, deployed by something that fails as often as told. */
async function start(failures: number) {
  const printed: string[] = [];
  const errors: string[] = [];
  let tries = 0;
  let tell: (ids: readonly string[]) => void = () => undefined;
  const files = {
    list: async () => ['a'],
    read: async () => ({}),
    watch: (changed: (ids: readonly string[]) => void) => {
      tell = changed;
      return () => undefined;
    },
  };
  const stop = await deployFolder({
    files: files as unknown as WorkspaceFiles,
    deploy: async () => {
      if (++tries <= failures) throw new Error('the engine is away');
      return deployed;
    },
    dependents: createAppDependents(),
    known: [],
    address: { baseUrl: 'http://here' } as never,
    print: (line) => printed.push(line),
    log: { error: (_: object, text: string) => errors.push(text) } as never,
    colours: false,
  });
  return { stop, printed, errors, tries: () => tries, tell: (ids: readonly string[]) => tell(ids) };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

it('tries a deployment that failed again, ever more rarely, until it succeeds', async () => {
  const folder = await start(3);
  expect(folder.tries()).toBe(1);
  await jest.advanceTimersByTimeAsync(1_000);
  await jest.advanceTimersByTimeAsync(1_999);
  expect(folder.tries()).toBe(2);
  await jest.advanceTimersByTimeAsync(1);
  expect(folder.tries()).toBe(3);
  await jest.advanceTimersByTimeAsync(4_000);
  expect(folder.printed).toEqual(['a: removed; its parked runs go on']);
  expect(folder.errors).toHaveLength(3);
  await jest.advanceTimersByTimeAsync(100_000);
  expect(folder.tries()).toBe(4);
});

it('a change is tried at once, instead of the retry', async () => {
  const folder = await start(1);
  folder.tell(['a']);
  await jest.advanceTimersByTimeAsync(60_000);
  expect(folder.tries()).toBe(2);
});

it('tries nothing after it was stopped', async () => {
  const folder = await start(1);
  folder.stop();
  await jest.advanceTimersByTimeAsync(60_000);
  expect(folder.tries()).toBe(1);
});
