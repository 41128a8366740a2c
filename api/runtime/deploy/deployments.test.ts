import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../../shared/drivers/sqlite/database';
import { sqliteWorkspaceRecords } from '../../../shared/drivers/workspace-records/sqlite';
import { fakeBroker } from '../../../shared/testing/fakes/broker';
import { fakeLog } from '../../../shared/testing/fakes/log';
import { fakeRunEngine } from '../../../shared/testing/fakes/run-engine';
import { fakeReleaseStore, fakeWorkspaceFiles } from '../../../shared/testing/fakes/stores';
import { eventually } from '../../../tests/support/eventually';
import { createActiveReleases } from './active-releases';
import { createAppDependents } from './app-dependents';
import { createDeployer, createDeployWorkspace } from './deploy-workspace';
import { createDeployments } from './deployments';
import { createWorkspaceViews } from './workspace-views';

const hello = (word: string) => `name: hello\nwhen:\n  endpoint: true\ndo: []\noutput: ${word}\n`;
const FILE = 'automations/hello.yml';

let dir: string;
let db: ReturnType<typeof openDatabase>;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ostinato-'));
  db = openDatabase(join(dir, 'test.db'));
});
afterEach(async () => {
  await db.close();
  rmSync(dir, { recursive: true });
});

function start(files: { [path: string]: string } = { [FILE]: hello('one') }) {
  const workspaces: { [id: string]: { [path: string]: string } } = { acme: files };
  const store = fakeReleaseStore();
  const releases = createActiveReleases(store);
  const engine = fakeRunEngine();
  const log = fakeLog();
  const views = createWorkspaceViews(releases);
  const records = sqliteWorkspaceRecords(db);
  const failing: { write?: Error } = {};
  const dependencies = {
    ...{ files: fakeWorkspaceFiles(workspaces), store, engine, releases, broker: fakeBroker(), log },
    ...{ host: { service: 'runtime', replica: 'test' }, dependents: createAppDependents() },
    onCompiled: views.note,
  };
  const deployer = createDeployer(dependencies);
  const deploy = createDeployWorkspace(dependencies, deployer);
  const cancelled: string[] = [];
  const deployments = createDeployments({
    ...{ files: dependencies.files, records, deployer, deploy, views, releases, log },
    runs: { cancelOpen: async (id) => cancelled.push(id) - cancelled.length, countOpen: async () => 0 },
    writer: {
      async write(id, changes) {
        if (failing.write) throw failing.write;
        const texts = { ...workspaces[id], ...changes };
        workspaces[id] = Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== null)) as never;
      },
      remove: async (id) => void delete workspaces[id],
    },
  });
  const save = (changes: { [path: string]: string | null }, strict = false) =>
    deployments.change('acme', () => ({ changes, strict, message: 'saved' }));
  const word = () => {
    const { release } = releases.get('acme') ?? {};
    return release && workspaces['acme']?.[FILE]?.match(/output: (\w+)/)?.[1];
  };
  return { workspaces, releases, engine, records, deploy, deployments, failing, save, word, store, cancelled, log };
}

it('stores nothing when the engine fails, and mends what it may have done', async () => {
  const daily = { 'automations/daily.yml': "name: daily\nwhen:\n  schedules: ['0 8 * * *']\ndo: []\n" };
  const { deploy, save, engine, word, records, deployments } = start({ [FILE]: hello('one'), ...daily });
  await deploy('acme');
  engine.failure = new Error('no engine');
  await expect(save({ [FILE]: hello('two') })).rejects.toThrow('no engine');
  expect([word(), await records.pending()]).toEqual(['one', []]);
  delete engine.failure;
  const before = engine.reconciled.length;
  await eventually('schedules are made equal to what is in force', () => engine.reconciled.length > before);
  deployments.stop();
});

it('goes on with a save that counts, when its files could not be written', async () => {
  const { deploy, save, failing, word, records, releases, deployments } = start();
  await deploy('acme');
  const old = releases.get('acme')?.release.digest;
  failing.write = new Error('disk full');
  await expect(save({ [FILE]: hello('two') })).rejects.toThrow('disk full');
  expect(releases.get('acme')?.release.digest).toBe(old);
  expect(await records.pending()).toHaveLength(1);
  delete failing.write;
  await eventually('the new release is in force', () => releases.get('acme')?.release.digest !== old);
  expect([word(), await records.pending()]).toEqual(['two', []]);
  deployments.stop();
});

it('writes after a crash what the journal holds, and removes what was to go', async () => {
  const { records, deployments, workspaces, cancelled } = start();
  await records.begin({ workspaceId: 'acme', changes: { [FILE]: hello('two') }, created: [], at: 1, message: 'saved' });
  workspaces['beta'] = { [FILE]: hello('x') };
  await records.begin({ workspaceId: 'beta', changes: null, created: [], at: 1, message: 'deleted' });
  await deployments.recover();
  expect(workspaces).toEqual({ acme: { [FILE]: hello('two') } });
  expect(cancelled).toEqual(['beta']);
  deployments.stop();
});

it('refuses new flaws and those of the files it changes, not those that were there before', async () => {
  const { save, deploy, records, workspaces } = start({ [FILE]: hello('one'), 'automations/bad.yml': 'name: [' });
  await deploy('acme');
  const saved = await save({ [FILE]: hello('two') });
  expect(saved).toMatchObject({ changed: true, after: { release: null } });
  expect(workspaces['acme']?.[FILE]).toBe(hello('two'));
  expect(await records.pending()).toEqual([]);
  await expect(save({ 'automations/bad.yml': 'name: [[' })).rejects.toMatchObject({ code: 'InvalidAutomationError' });
  await expect(save({ [FILE]: hello('three') }, true)).rejects.toMatchObject({ code: 'InvalidAutomationError' });
  expect((await save({ 'automations/bad.yml': null })).after.release).not.toBeNull();
});

it('sees what was saved by hand since it last looked', async () => {
  const { deploy, deployments, workspaces } = start();
  await deploy('acme');
  workspaces['acme'] = { [FILE]: hello('hand') };
  const { before } = await deployments.change('acme', () => null);
  expect(before?.files[FILE]).toBe(hello('hand'));
  expect(deployments.view('acme')?.files[FILE]).toBe(hello('one'));
});

it('answers what is so already with no change, and knows no workspace that is not there', async () => {
  const { save, deploy, store, deployments } = start();
  await deploy('acme');
  const writes = store.writes.length;
  expect(await save({ [FILE]: hello('one'), 'automations/none.yml': null })).toMatchObject({ changed: false });
  expect(store.writes).toHaveLength(writes);
  await expect(deployments.change('nope', () => null)).rejects.toMatchObject({ code: 'ObjectNotFoundError' });
  await expect(deployments.remove('nope')).rejects.toMatchObject({ code: 'ObjectNotFoundError' });
});

it('checks without a trace', async () => {
  const { deploy, deployments, store } = start();
  await deploy('acme');
  const writes = store.writes.length;
  expect(await deployments.check('acme', { [FILE]: 'name: [' })).toMatchObject({ digest: null });
  expect(store.writes).toHaveLength(writes);
  expect(deployments.view('acme')?.diagnostics).toEqual([]);
});

it('asks the engine for schedules once, while there are none', async () => {
  const { deploy, save, engine } = start();
  await deploy('acme');
  await save({ [FILE]: hello('two') });
  expect(engine.reconciled).toHaveLength(1);
  await save({ 'automations/daily.yml': "name: daily\nwhen:\n  schedules: ['0 8 * * *']\ndo: []\n" });
  await save({ 'automations/daily.yml': null });
  await save({ [FILE]: hello('three') });
  expect(engine.reconciled).toHaveLength(3);
});
