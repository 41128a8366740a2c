/**
 * One SQLite file with group commit.
 *
 * D1  All writes go through `write`: whatever is queued when the loop comes by is one transaction, one sync of the disk.
 * D2  A promise of `write` resolves after the commit, never before.
 * D3  Each closure has its own savepoint: one that throws undoes itself and no other.
 * D4  `afterCommit` runs in the order of the closures, before any promise of the transaction resolves: in-memory
 *     indexes are never behind what a caller knows to be stored.
 * D5  Nothing awaits inside a transaction, so plain reads between two turns of the loop see committed rows only.
 */
import { chmodSync, closeSync, openSync } from 'node:fs';
import { connect, type Connection, type Sql } from './connection';
import { storing, toStorageError } from './errors';
import { migrate } from './migrate';
import { MIGRATIONS } from './schema';

export interface Tx extends Sql {
  afterCommit(job: () => void): void;
}

export interface SqliteDatabase {
  /** @throws StorageUnavailable (retryable); what the closure throws comes back as it is */
  write<T>(job: (tx: Tx) => T): Promise<T>;
  /** Like `write`, but in no hurry: joins the next transaction, and costs one of its own only after `ms`. */
  writeWithin<T>(ms: number, job: (tx: Tx) => T): Promise<T>;
  /** Nobody waits for it, and it may be lost in a crash: acknowledgements. */
  lazily(job: (tx: Tx) => void): void;
  /** Reads of committed rows. @throws StorageUnavailable */
  get: Sql['get'];
  all: Sql['all'];
  /** Resolves when everything queued is committed, lazy jobs too. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Bounds of one transaction: the thread serves nobody else meanwhile. */
  readonly maxJobs?: number;
  readonly maxMs?: number;
  readonly lazyMs?: number;
  readonly busyTimeoutMs?: number;
  readonly migrations?: readonly string[];
}

interface Job {
  run(tx: Tx): void;
  done(): void;
  failed(error: unknown): void;
}

export function openDatabase(path: string, options: DatabaseOptions = {}): SqliteDatabase {
  if (path !== ':memory:') makePrivate(path);
  const connection = connect(path, options);
  try {
    storing(() => migrate(connection, options.migrations ?? MIGRATIONS, path));
  } catch (error) {
    connection.close();
    throw error;
  }
  return new GroupCommit(connection, options);
}

class GroupCommit implements SqliteDatabase {
  private queue: Job[] = [];
  private lazy: Job[] = [];
  private drainPlanned = false;
  private lazyTimer: NodeJS.Timeout | undefined;
  private lazyDue = Infinity;
  private closed = false;
  private committed: (() => void)[] = [];
  private readonly tx: Tx;
  readonly get: Sql['get'];
  readonly all: Sql['all'];

  constructor(
    private readonly connection: Connection,
    private readonly options: DatabaseOptions,
  ) {
    const { run, get, all } = connection;
    this.tx = { run, get, all, afterCommit: (job) => void this.committed.push(job) };
    this.get = (sql, params) => storing(() => get(sql, params));
    this.all = (sql, params) => storing(() => all(sql, params));
  }

  write<T>(job: (tx: Tx) => T): Promise<T> {
    return this.enqueue(job, (queued) => {
      this.queue.push(queued);
      this.planDrain();
    });
  }

  writeWithin<T>(ms: number, job: (tx: Tx) => T): Promise<T> {
    return this.enqueue(job, (queued) => this.defer(queued, ms));
  }

  lazily(job: (tx: Tx) => void): void {
    if (!this.closed) this.defer({ run: job, done: ignore, failed: ignore }, this.options.lazyMs ?? 50);
  }

  settled(): Promise<void> {
    return this.write(ignore);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    // What is queued by what we wait for is waited for too.
    while (this.queue.length + this.lazy.length > 0) await this.settled();
    this.closed = true;
    clearTimeout(this.lazyTimer);
    this.connection.close();
  }

  private enqueue<T>(job: (tx: Tx) => T, take: (queued: Job) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.closed) return reject(toStorageError({ code: 'CLOSED', message: 'The database is closed' }));
      let result: T;
      take({ run: (tx) => void (result = job(tx)), done: () => resolve(result), failed: reject });
    });
  }

  private defer(job: Job, ms: number): void {
    this.lazy.push(job);
    const due = performance.now() + ms;
    if (this.drainPlanned || due >= this.lazyDue) return;
    clearTimeout(this.lazyTimer);
    this.lazyDue = due;
    this.lazyTimer = setTimeout(() => this.planDrain(), ms);
  }

  private planDrain(): void {
    if (this.drainPlanned) return;
    this.drainPlanned = true;
    setImmediate(() => this.drain());
  }

  private drain(): void {
    this.drainPlanned = false;
    clearTimeout(this.lazyTimer);
    this.lazyDue = Infinity;
    this.queue.push(...this.lazy.splice(0));
    if (this.closed || this.queue.length === 0) return;
    this.transact();
    if (this.queue.length + this.lazy.length > 0) this.planDrain();
  }

  /** Takes jobs off the queue up to the bounds, runs them in one transaction and tells their callers. */
  private transact(): void {
    const outcomes: (() => void)[] = [];
    const committed: (() => void)[] = [];
    const jobs = this.queue;
    let taken = 0;
    try {
      const until = performance.now() + (this.options.maxMs ?? 20);
      const most = Math.min(jobs.length, this.options.maxJobs ?? 200);
      this.connection.exec('BEGIN IMMEDIATE');
      do outcomes.push(this.attempt(jobs[taken++], committed));
      while (taken < most && performance.now() < until);
      this.connection.exec('COMMIT');
    } catch (error) {
      this.abandon(jobs.splice(0, Math.max(taken, 1)), error);
      return;
    }
    jobs.splice(0, taken);
    for (const job of committed) job();
    for (const tell of outcomes) tell();
  }

  /** One job under its savepoint (D3). Throws only when the whole transaction is lost. */
  private attempt(job: Job | undefined, committed: (() => void)[]): () => void {
    if (job === undefined) return ignore;
    this.committed = [];
    this.connection.exec('SAVEPOINT job');
    try {
      job.run(this.tx);
      this.connection.exec('RELEASE job');
      committed.push(...this.committed);
      return () => job.done();
    } catch (error) {
      // SQLite ends the transaction by itself when the disk is full or fails: then nobody's work is stored.
      if (!this.connection.inTransaction) throw error;
      this.connection.exec('ROLLBACK TO job; RELEASE job');
      return () => job.failed(toStorageError(error));
    }
  }

  private abandon(jobs: readonly Job[], error: unknown): void {
    if (this.connection.inTransaction) this.connection.exec('ROLLBACK');
    const failure = toStorageError(error);
    for (const job of jobs) job.failed(failure);
  }
}

function ignore(): void {}

/** Readable by its user only. Before it is opened: SQLite gives the files beside it, which hold the same, its mode. */
function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, 'a', 0o600));
    chmodSync(path, 0o600);
  } catch {
    // What cannot be opened is told by SQLite, and a file of somebody else's keeps its mode.
  }
}
