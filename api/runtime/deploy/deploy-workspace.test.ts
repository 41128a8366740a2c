import { fakeBroker } from '../../../shared/testing/fakes/broker';
import { fakeLog } from '../../../shared/testing/fakes/log';
import { fakeRunEngine } from '../../../shared/testing/fakes/run-engine';
import { fakeReleaseStore, fakeWorkspaceFiles } from '../../../shared/testing/fakes/stores';
import { createAppDependents } from './app-dependents';
import { createActiveReleases } from './active-releases';
import { createDeployWorkspace } from './deploy-workspace';

const hello = 'name: hello\nwhen:\n  endpoint: true\ndo: []\n';
const digest = "name: digest\nwhen:\n  schedules: ['0 8 * * *']\ndo: []\n";

function start(files: { [path: string]: string }) {
  const workspaces: Parameters<typeof fakeWorkspaceFiles>[0] = { acme: files };
  const store = fakeReleaseStore();
  const releases = createActiveReleases(store);
  const engine = fakeRunEngine();
  const broker = fakeBroker();
  const log = fakeLog();
  const host = { service: 'runtime', replica: 'test' };
  const deploy = createDeployWorkspace({
    files: fakeWorkspaceFiles(workspaces),
    store,
    engine,
    releases,
    broker,
    log,
    host,
    dependents: createAppDependents(),
  });
  const types = () => broker.log.map(({ event }) => event.type);
  return { workspaces, store, releases, engine, broker, log, deploy, types };
}

it('stores everything before the release comes into force, and serves it at once', async () => {
  const { deploy, store, releases, engine } = start({ 'automations/hello.yml': hello });
  const { outcome, release, diagnostics } = await deploy('acme');
  expect([outcome, diagnostics]).toEqual(['deployed', []]);
  expect(store.writes).toEqual(['putProgram', 'putSource', 'putRelease', 'activate']);
  expect(store.activeDigests.get('acme')).toBe(release?.digest);
  expect(releases.get('acme')?.triggers.endpoints.get('hello')).toEqual(['hello']);
  expect(await store.getProgram(release?.automations['hello']?.program ?? '')).toMatchObject({ slug: 'hello' });
  expect(await store.getSource(release?.automations['hello']?.source ?? '')).toMatchObject({ text: hello });
  expect(engine.reconciled).toEqual([{ workspaceId: 'acme', release: release?.digest }]);
});

it('refuses files with errors, names them all, and goes on serving the last good release', async () => {
  const { deploy, workspaces, releases, store } = start({ 'automations/hello.yml': hello });
  const good = (await deploy('acme')).release;
  workspaces['acme'] = {
    'automations/hello.yml': 'name: hello\nwhen:\n  endpoint: true\ndo:\n  - emitt: {event: x}\n  - wait: 3\n',
    'automations/broken.yml': 'do: [',
  };
  const refused = await deploy('acme');
  expect(refused).toMatchObject({ outcome: 'refused', release: good });
  expect(new Set(refused.diagnostics.map(({ file }) => file))).toEqual(new Set(Object.keys(workspaces['acme'])));
  expect(releases.get('acme')?.release).toBe(good);
  expect(store.activeDigests.get('acme')).toBe(good?.digest);
});

it('changes nothing for the same files, but tells the engine its schedules again', async () => {
  const { deploy, store, engine, types } = start({ 'automations/digest.yml': digest });
  await deploy('acme');
  const writes = store.writes.length;
  expect(await deploy('acme')).toMatchObject({ outcome: 'same' });
  expect(store.writes).toHaveLength(writes);
  expect(engine.reconciled).toHaveLength(2);
  expect(types()).toEqual(['runtime.dsul.updated', 'runtime.automations.scheduled']);
});

it('announces the new text and its schedules', async () => {
  const { deploy, broker } = start({ 'automations/digest.yml': digest, 'automations/hello.yml': hello });
  await deploy('acme');
  expect(broker.log.map(({ event }) => event.payload)).toEqual([
    { workspaceId: 'acme' },
    { slug: 'digest', schedules: ['0 8 * * *'], details: { launched: 1 } },
  ]);
});

it('keeps the old release when the engine fails, and says so in an event and in the log', async () => {
  const { deploy, engine, workspaces, releases, types, log } = start({ 'automations/hello.yml': hello });
  const { release } = await deploy('acme');
  engine.failure = new Error('no engine');
  workspaces['acme'] = { 'automations/digest.yml': digest };
  await expect(deploy('acme')).rejects.toThrow('no engine');
  expect(releases.get('acme')?.release).toBe(release);
  expect(types()).toEqual(['runtime.dsul.updated', 'error']);
  expect(log.lines.map(({ level }) => level)).toEqual(['error']);
  delete engine.failure;
  expect(await deploy('acme')).toMatchObject({ outcome: 'deployed' });
});

it('takes a deleted workspace out of force', async () => {
  const { deploy, workspaces, releases, store, engine } = start({ 'automations/hello.yml': hello });
  await deploy('acme');
  delete workspaces['acme'];
  expect(await deploy('acme')).toMatchObject({ outcome: 'removed', release: null });
  expect([releases.has('acme'), store.activeDigests.size]).toEqual([false, 0]);
  expect(engine.reconciled.at(-1)).toEqual({ workspaceId: 'acme', release: null });
});

it('deploys one after another, so that the newest files win', async () => {
  const { deploy, workspaces, releases } = start({ 'automations/hello.yml': hello });
  const first = deploy('acme');
  workspaces['acme'] = { 'automations/digest.yml': digest };
  const [, second] = await Promise.all([first, deploy('acme')]);
  expect(releases.get('acme')?.release).toBe(second?.release);
  expect(Object.keys(second?.release?.automations ?? {})).toEqual(['digest']);
});

it('serves after a restart what was in force before', async () => {
  const { deploy, store } = start({ 'automations/hello.yml': hello });
  await deploy('acme');
  const restarted = createActiveReleases(store);
  expect([restarted.ready(), restarted.has('acme')]).toEqual([false, false]);
  await restarted.load();
  expect([restarted.ready(), restarted.list()]).toEqual([true, ['acme']]);
  expect(restarted.get('acme')?.triggers.endpoints.get('hello')).toEqual(['hello']);
});
