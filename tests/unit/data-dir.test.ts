import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockDataDir } from '../../workers/data-dir';
import { migrateDataDir } from '../../workers/data-format';
import { identifyProcess, isRunning, ownIdentity } from '../../workers/process-identity';
import { StartupError } from '../../workers/startup-error';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'data-dir-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('identity of a process', () => {
  it('is stable while the process runs', () => {
    expect(identifyProcess(process.pid)).toEqual(ownIdentity());
    expect(isRunning(ownIdentity())).toBe(true);
  });

  it('is not taken over by another process with the same pid', () => {
    expect(isRunning({ pid: process.pid, began: 'long ago' })).toBe(false);
  });

  it('is null for a pid that nobody has', () => {
    expect(identifyProcess(2 ** 30)).toBeNull();
  });
});

describe('lock of the data folder', () => {
  it('refuses a second start and says by whom, since when and where', () => {
    lockDataDir(dir).announce('http://localhost:3001');
    expect(() => lockDataDir(dir)).toThrow(StartupError);
    expect(() => lockDataDir(dir)).toThrow(new RegExp(`process ${process.pid} since \\d{4}-.*http://localhost:3001`));
  });

  it('says that the other one is still starting before it has an address', () => {
    lockDataDir(dir);
    expect(() => lockDataDir(dir)).toThrow(/still starting/);
  });

  it('creates the folder and gives the lock back', () => {
    const nested = join(dir, 'a', 'b');
    lockDataDir(nested).release();
    lockDataDir(nested).release();
    expect(existsSync(join(nested, 'lock.json'))).toBe(false);
  });

  it.each([
    ['a dead process', JSON.stringify({ pid: 2 ** 30, began: 'x', since: 'y' })],
    ['a process whose pid somebody else has by now', JSON.stringify({ pid: process.pid, began: 'x', since: 'y' })],
    ['a write that was cut off', '{"pid":'],
  ])('takes over the lock of %s', (_whose, content) => {
    writeFileSync(join(dir, 'lock.json'), content);
    lockDataDir(dir);
    expect(JSON.parse(readFileSync(join(dir, 'lock.json'), 'utf8'))).toMatchObject({ pid: process.pid });
  });

  it('never removes a lock that another process holds by now', () => {
    const lost = lockDataDir(dir);
    const theirs = JSON.stringify({ pid: 1, began: 'theirs', since: 'now' });
    writeFileSync(join(dir, 'lock.json'), theirs);
    lost.announce('http://localhost:1');
    lost.release();
    expect(readFileSync(join(dir, 'lock.json'), 'utf8')).toBe(theirs);
  });
});

describe('format of the data folder', () => {
  const format = () => readFileSync(join(dir, 'format.json'), 'utf8').trim();

  it('marks a new folder and accepts it again', async () => {
    expect(await migrateDataDir(dir)).toBeNull();
    expect(await migrateDataDir(dir)).toBe(1);
    expect(format()).toBe('{"version":1}');
  });

  it('migrates an older folder step by step', async () => {
    await migrateDataDir(dir, 1);
    const steps: number[] = [];
    await migrateDataDir(dir, 3, { 1: () => void steps.push(1), 2: async () => void steps.push(2) });
    expect([steps, format()]).toEqual([[1, 2], '{"version":3}']);
  });

  it('goes on after the step that a crash interrupted', async () => {
    await migrateDataDir(dir, 1);
    const crash = () => Promise.reject(new Error('power cut'));
    await expect(migrateDataDir(dir, 3, { 1: () => undefined, 2: crash })).rejects.toThrow('power cut');
    expect(format()).toBe('{"version":2}');
  });

  it('refuses a newer folder, a gap, a broken mark and a folder that is not ours', async () => {
    writeFileSync(join(dir, 'format.json'), '{"version":9}');
    await expect(migrateDataDir(dir)).rejects.toThrow(/has format 9; this build of Ostinato reads up to 1/);
    await expect(migrateDataDir(dir, 10, {})).rejects.toThrow(/no way from 9 to 10/);
    for (const broken of ['{"version":"1"}', '{', 'null']) {
      writeFileSync(join(dir, 'format.json'), broken);
      await expect(migrateDataDir(dir)).rejects.toThrow(/does not say which format/);
    }
    rmSync(join(dir, 'format.json'));
    writeFileSync(join(dir, 'shop.db'), '');
    await expect(migrateDataDir(dir)).rejects.toThrow(/holds shop.db but no format.json/);
  });
});
