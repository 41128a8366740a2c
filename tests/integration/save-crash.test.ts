/** `kill -9` at each step of a save: what is stored, served and scheduled is the old or the new, never half of each. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEPLOY_POINTS, type DeployPoint } from '../../api/runtime/deploy/deploy-points';
import type { JsonObject } from '../../shared/core/json';
import { apiClient, type ApiClient } from '../support/api-client';
import { eventually } from '../support/eventually';
import { startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';

jest.setTimeout(120_000);

const folder = servedFolder({ other: {} });
const control = mkdtempSync(join(tmpdir(), 'ostinato-stop-'));
const stopAt = join(control, 'stop-at');
let product: Product;
let owner: ApiClient;

beforeAll(async () => {
  product = await startProduct(folder.path, {
    NODE_OPTIONS: `--require ${join(__dirname, '../support/stop-at.cjs')}`,
    STOP_AT_FILE: stopAt,
  });
  owner = apiClient(product.url, 'owner-of-the-tests');
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
  rmSync(control, { recursive: true });
}, 120_000);

/** Several files, a schedule, a listener and an endpoint, so that half of it would show. */
const documents = (word: string, hour: number): JsonObject => ({
  greet: { name: 'Greet', when: { endpoint: true }, do: [], output: { word } },
  daily: { name: 'Daily', when: { schedules: [`0 ${hour} * * *`] }, do: [] },
  hear: { name: 'Hear', when: { events: [`said.${word}`] }, do: [{ emit: { event: 'heard', payload: { word } } }] },
  [`only ${word}`]: { name: 'Only', do: [] },
});

async function make(word: string): Promise<string> {
  const made = await owner.ok('POST', '/workspaces', { name: 'Crash', automations: documents(word, 7) });
  return String(made['id']);
}

/** Runs `request`, which ends with the product, and starts it again. */
async function killedAt(point: DeployPoint, request: () => Promise<unknown>): Promise<void> {
  writeFileSync(stopAt, point);
  await expect(request()).rejects.toThrow();
  rmSync(stopAt);
  await product.kill9();
  await product.restart();
}

async function schedules(id: string): Promise<string[]> {
  const { schedule } = await product.temporalClient();
  const found: string[] = [];
  for await (const one of schedule.list())
    if (one.scheduleId.startsWith(`${id}/`)) {
      const { spec } = await schedule.getHandle(one.scheduleId).describe();
      found.push(...(spec.calendars ?? []).map(({ hour }) => String((hour as { start: number }[])[0]?.start)));
    }
  return found;
}

const filesOf = (id: string): { [path: string]: string } => {
  const root = join(folder.path, id);
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yml'));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(root, name), 'utf8')]));
};

/** Everything says `word`, and the release in force is compiled from exactly what is stored. */
async function expectWhole(id: string, word: string, hour: number): Promise<void> {
  const live = product.workspace(id);
  expect(await live.call('greet')).toMatchObject({ status: 200, body: { word } });
  expect(Object.keys(filesOf(id)).sort()).toEqual(
    ['index.yml', ...['daily', 'greet', 'hear', `only ${word}`].map((slug) => `automations/${slug}.yml`)].sort(),
  );
  expect(await schedules(id)).toEqual([String(hour)]);
  await live.emit(`said.${word}`);
  await live.until('heard', { 'payload.word': word });
  const { releaseDigest } = await owner.ok('POST', `/workspaces/${id}/check`, { files: filesOf(id) });
  const { items } = (await owner.ok('GET', `/workspaces/${id}/releases`)) as unknown as { items: { digest: string }[] };
  expect(items[0]?.digest).toBe(releaseDigest);
}

const counts = DEPLOY_POINTS.indexOf('begun');

it.each(DEPLOY_POINTS)('a save that is killed at "%s"', async (point) => {
  const id = await make('old');
  const change = { automations: { ...documents('new', 8), 'only old': null } };
  await killedAt(point, () => owner.ok('PATCH', `/workspaces/${id}`, change));
  const isNew = DEPLOY_POINTS.indexOf(point) >= counts;
  await expectWhole(id, isNew ? 'new' : 'old', isNew ? 8 : 7);
  await owner.ok('PATCH', `/workspaces/${id}`, change);
  await expectWhole(id, 'new', 8);
});

it.each(['begun', 'written', 'activated'] as const)('a deletion that is killed at "%s"', async (point) => {
  const id = await make('gone');
  const parks = {
    name: 'Parks',
    when: { endpoint: true },
    do: [{ wait: { oneOf: [{ event: 'never' }], timeout: 3600 } }],
  };
  await owner.ok('POST', `/workspaces/${id}/automations`, parks);
  void product.workspace(id).call('Parks').catch(() => undefined); // prettier-ignore
  await product.workspace(id).until('runtime.waits.pending');
  await killedAt(point, () => owner.ok('DELETE', `/workspaces/${id}`));
  expect((await product.workspace(id).call('greet')).status).toBe(404);
  expect((await owner.call('GET', `/workspaces/${id}`)).status).toBe(404);
  expect(existsSync(join(folder.path, id))).toBe(false);
  expect(readdirSync(folder.path).filter((name) => name.startsWith('.deleted'))).toEqual([]);
  expect(await schedules(id)).toEqual([]);
  const { workflow } = await product.temporalClient();
  await eventually('its run is cancelled', async () => {
    const query = `WorkspaceId = '${id}' AND ExecutionStatus = 'Running'`;
    return (await workflow.count(query)).count === 0;
  });
});
