import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fakeLog } from '../../shared/testing/fakes/log';
import { supervisionRoutes } from './supervision';

describe('supervision', () => {
  let heapDumps: string;
  let now = 0;
  const levels: string[] = [];
  const written: string[] = [];
  beforeEach(async () => {
    heapDumps = await mkdtemp(join(tmpdir(), 'ostinato-'));
    now = 1_000;
    levels.length = 0;
    written.length = 0;
  });
  afterEach(() => rm(heapDumps, { recursive: true }));
  const routes = () =>
    supervisionRoutes({
      internalKey: 'the key',
      log: { ...fakeLog(), setLevel: (level) => void levels.push(level) },
      heapDumps: join(heapDumps, 'made'),
      now: () => now,
      writeSnapshot: (file) => void written.push(file),
    });
  const ask = (all: ReturnType<typeof routes>, path: string, key: string | null, body?: object) => {
    const route = all.find((one) => one.path === path);
    if (!route) throw new Error(`no route ${path}`);
    const headers: { readonly [name: string]: string } = key === null ? {} : { 'x-prismeai-api-key': key };
    return route.answer({ headers, ...(body && { body: body as never }) });
  };

  it.each([null, '', 'the ke', 'another'])('refuses whoever has not the key: %s', async (key) => {
    for (const path of ['/sys/logging', '/sys/heapdump'])
      await expect(ask(routes(), path, key, { level: 'info' })).rejects.toMatchObject({ code: 'ForbiddenError' });
    expect([levels, written]).toEqual([[], []]);
  });

  it('sets a level, and none that does not exist', async () => {
    const { body } = await ask(routes(), '/sys/logging', 'the key', { level: 'debug' });
    expect(body).toEqual({ msg: 'The log level is debug now' });
    expect(levels).toEqual(['debug']);
    for (const body of [{}, { level: 'loud' }, { level: ['debug'] }])
      expect(await ask(routes(), '/sys/logging', 'the key', body)).toMatchObject({ status: 400 });
    expect(await ask(routes(), '/sys/logging', 'the key')).toMatchObject({ status: 400 });
    expect(levels).toEqual(['debug']);
  });

  it('dumps the heap once a minute, into a folder that it makes', async () => {
    const all = routes();
    const dump = () => ask(all, '/sys/heapdump', 'the key');
    expect(await dump()).toMatchObject({ body: { file: written[0] } });
    now += 59_999;
    expect(await dump()).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
    now += 1;
    await dump();
    expect(written).toHaveLength(2);
    expect(await readdir(heapDumps)).toEqual(['made']);
  });
});
