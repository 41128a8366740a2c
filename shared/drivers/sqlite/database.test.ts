import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail } from '../../core/errors/errors';
import { connect } from './connection';
import { openDatabase, type DatabaseOptions } from './database';

describe('openDatabase', () => {
  let dir: string;
  const path = () => join(dir, 'test.db');
  const open = (options: DatabaseOptions = {}) =>
    openDatabase(path(), { migrations: ['CREATE TABLE t (a INTEGER PRIMARY KEY)'], ...options });
  beforeEach(async () => void (dir = await mkdtemp(join(tmpdir(), 'ostinato-'))));
  afterEach(() => rm(dir, { recursive: true }));
  const insert = (a: number) => (tx: { run(sql: string, params: number[]): unknown }) =>
    tx.run('INSERT INTO t VALUES (?)', [a]);

  it('commits what is queued together', async () => {
    const db = open();
    const order: string[] = [];
    const jobs = [1, 2, 3].map((a) =>
      db.write((tx) => {
        insert(a)(tx);
        tx.afterCommit(() => order.push(`committed ${a}`));
        order.push(`ran ${a}`);
        return a;
      }),
    );
    expect(await Promise.all(jobs)).toEqual([1, 2, 3]);
    expect(order).toEqual(['ran 1', 'ran 2', 'ran 3', 'committed 1', 'committed 2', 'committed 3']);
    await db.close();
  });

  it('keeps its files from other users', async () => {
    const db = open();
    await db.write(insert(1));
    for (const name of ['', '-wal', '-shm']) expect(statSync(path() + name).mode & 0o777).toBe(0o600);
    await db.close();
  });

  it('undoes a job that throws, and no other', async () => {
    const db = open();
    const told: string[] = [];
    const results = await Promise.allSettled([
      db.write(insert(1)),
      db.write((tx) => {
        insert(2)(tx);
        tx.afterCommit(() => told.push('never'));
        throw fail('NotFoundError', 'nothing there');
      }),
      db.write(insert(1)),
      db.write(insert(3)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { code: 'NotFoundError' } });
    expect(results[2]).toMatchObject({ reason: { code: 'Internal', retryable: false } });
    expect(db.all('SELECT a FROM t')).toHaveLength(2);
    expect(told).toEqual([]);
    await db.close();
  });

  it('keeps a transaction within its bounds', async () => {
    const db = open({ maxJobs: 2 });
    const commits: number[] = [];
    let inThis = 0;
    await Promise.all(
      [1, 2, 3, 4, 5].map((a) =>
        db.write((tx) => {
          insert(a)(tx);
          inThis++;
          tx.afterCommit(() => {
            if (inThis > 0) commits.push(inThis);
            inThis = 0;
          });
        }),
      ),
    );
    expect(commits).toEqual([2, 2, 1]);
    await db.close();
  });

  it('takes lazy jobs along with the next write, and does them without one too', async () => {
    const db = open({ lazyMs: 10 });
    db.lazily(insert(1));
    await db.write(insert(2));
    expect(db.all('SELECT a FROM t')).toHaveLength(2);
    db.lazily(insert(3));
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(db.all('SELECT a FROM t')).toHaveLength(3);
    expect(await db.writeWithin(5, () => 'done')).toBe('done');
    db.lazily(insert(4));
    await db.close();
    const again = open();
    expect(again.all('SELECT a FROM t')).toHaveLength(4);
    await again.close();
  });

  it('says that storage is not available, retryable, when the file is held by somebody else', async () => {
    const db = open({ busyTimeoutMs: 20 });
    const holder = connect(path());
    holder.exec('BEGIN IMMEDIATE');
    const failed = await Promise.allSettled([db.write(insert(1)), db.write(insert(2))]);
    expect(failed).toMatchObject([
      { reason: { code: 'StorageUnavailable', retryable: true } },
      { status: expect.any(String) },
    ]);
    holder.exec('ROLLBACK');
    await db.write(insert(9));
    holder.close();
    await db.close();
    await expect(db.write(insert(1))).rejects.toMatchObject({ code: 'StorageUnavailable' });
  });

  it('says so when the file cannot be opened', () => {
    expect(() => openDatabase(join(dir, 'missing', 'x.db'))).toThrow(
      expect.objectContaining({ code: 'StorageUnavailable' }),
    );
  });

  it('migrates an older file and refuses a newer one', async () => {
    await open().close();
    const two = ['CREATE TABLE t (a INTEGER PRIMARY KEY)', 'ALTER TABLE t ADD COLUMN b TEXT'];
    const migrated = open({ migrations: two });
    await migrated.write((tx) => tx.run(`INSERT INTO t VALUES (1, 'x')`));
    await migrated.close();
    expect(() => open()).toThrow(expect.objectContaining({ code: 'ConfigurationError' }));
    const again = open({ migrations: two });
    expect(again.get('SELECT b FROM t')).toMatchObject({ b: 'x' });
    await again.close();
  });

  it('leaves a file as it was when a migration fails', async () => {
    await open().close();
    const broken = ['CREATE TABLE t (a INTEGER PRIMARY KEY)', 'CREATE TABLE u (a); CREATE TABLE t (a)'];
    expect(() => open({ migrations: broken })).toThrow(expect.objectContaining({ code: 'Internal' }));
    const back = open();
    expect(back.all(`SELECT name FROM sqlite_master WHERE name = 'u'`)).toEqual([]);
    await back.close();
  });
});
