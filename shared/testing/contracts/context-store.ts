import type { Patch } from '../../core/run/types';
import { aFlush, aPatch, aSeal } from '../builders';
import type { OpenRunStores } from './flush-store';

export interface OpenContexts extends Pick<OpenRunStores, 'flushes' | 'contexts' | 'close'> {
  /** Lets time pass for the store. */
  pass(ms: number): void;
  /** Removes what has expired. */
  sweep(): Promise<void>;
}

export interface ContextsLimit {
  /** Bytes that the contexts of a workspace may take together. */
  readonly limitBytes: number;
}

export function contextStoreContract(driver: string, open: (limit?: ContextsLimit) => Promise<OpenContexts>): void {
  limitContract(driver, () => open({ limitBytes: 100 }));
  describe(`ContextStore: ${driver}`, () => {
    jest.setTimeout(30_000); // A busy machine is no failure.
    let stores: OpenContexts;
    let flush: number;
    beforeEach(async () => {
      stores = await open();
      flush = 0;
    });
    afterEach(() => stores.close());

    const write = (patches: readonly Patch[], over: Parameters<typeof aFlush>[0] = {}) =>
      stores.flushes.apply(aFlush({ flush: flush++, patches, ...over }));
    const read = async (context: 'global' | 'user' | 'session' | 'run' | 'socket', owner = 'o') =>
      (await stores.contexts.read('acme', { [context]: owner }))[context];
    const patch = (context: Patch['context'], over: Partial<Patch> = {}) => aPatch({ context, owner: 'o', ...over });

    it('reads what was never written as version 0 and {}', async () =>
      expect(await stores.contexts.read('acme', { global: 'g', run: 'r' })).toEqual({
        global: { owner: 'g', version: 0, value: {} },
        run: { owner: 'r', version: 0, value: {} },
      }));

    it('applies patches path by path: writers of other paths are not undone', async () => {
      await Promise.all(
        ['a', 'b', 'c'].map((key) =>
          write([patch('global', { path: [key, 'x'], value: key })], { run: `acme/hello/${key}` }),
        ),
      );
      expect(await read('global')).toEqual({
        owner: 'o',
        version: 3,
        value: { a: { x: 'a' }, b: { x: 'b' }, c: { x: 'c' } },
      });
    });

    it('applies the patches of one flush in order, as one version', async () => {
      await write([
        patch('user', { path: ['l'], op: 'push', value: 1 }),
        patch('user', { path: ['l'], op: 'merge', value: [2, 3] }),
        patch('user', { path: ['l', 0], op: 'delete', value: undefined }),
        patch('user', { path: ['o'], op: 'merge', value: { k: 1 } }),
      ]);
      expect(await read('user')).toEqual({ owner: 'o', version: 1, value: { l: [2, 3], o: { k: 1 } } });
    });

    it('loses a write whose path no longer fits, and only that one', async () => {
      await write([patch('global', { path: ['a'], value: 'text' })]);
      await write([patch('global', { path: ['a', 'b'] }), patch('global', { path: ['c'] })]);
      expect((await read('global'))?.value).toEqual({ a: 'text', c: 1 });
    });

    it('keeps workspaces and owners apart, and takes __proto__ for a name like any other', async () => {
      await write([patch('user', { owner: '__proto__', path: ['__proto__', 'x'] })]);
      expect(JSON.stringify((await read('user', '__proto__'))?.value)).toBe('{"__proto__":{"x":1}}');
      expect(await stores.contexts.read('beta', { user: '__proto__' })).toMatchObject({ user: { version: 0 } });
      expect((await read('user', 'o'))?.version).toBe(0);
    });

    it.each([
      ['run', 60_000],
      ['session', 3_600_000],
      ['socket', 21_600_000],
    ] as const)('forgets %s after %d ms without a write', async (context, ms) => {
      await write([patch(context)]);
      stores.pass(ms - 1);
      await write([patch(context, { path: ['b'] })]);
      stores.pass(ms - 1);
      expect((await read(context))?.value).toEqual({ a: 1, b: 1 });
      stores.pass(1);
      expect(await read(context)).toEqual({ owner: 'o', version: 0, value: {} });
    });

    it.each(['global', 'user'] as const)('never forgets %s', async (context) => {
      await write([patch(context)]);
      stores.pass(10 * 365 * 86_400_000);
      await stores.sweep();
      expect((await read(context))?.version).toBe(1);
    });

    it('keeps the context of a parked run until its wait is over, whoever writes meanwhile', async () => {
      await write([patch('run')], { parkedUntil: { runContextOwner: 'o', until: 500_000 } });
      await write([patch('run', { path: ['b'] })], { run: 'acme/hello/other' });
      stores.pass(559_999);
      expect((await read('run'))?.value).toEqual({ a: 1, b: 1 });
      stores.pass(1);
      expect((await read('run'))?.version).toBe(0);
    });

    it('starts afresh after expiry, and never gives a version twice', async () => {
      await write([patch('run')]);
      stores.pass(60_000);
      await write([patch('run', { path: ['b'] })]);
      expect(await read('run')).toEqual({ owner: 'o', version: 2, value: { b: 1 } });
      stores.pass(60_000);
      await stores.sweep();
      await write([patch('run', { path: ['c'] })]);
      expect(await read('run')).toEqual({ owner: 'o', version: 3, value: { c: 1 } });
    });

    it('leaves config to the workspaces service', async () => {
      expect((await write([patch('config')])).contexts).toEqual({});
    });
  });
}

/** With room for 100 bytes: `{"a":"<text>"}` takes 8 and the text. */
function limitContract(driver: string, open: () => Promise<OpenContexts>): void {
  describe(`ContextStore with a limit: ${driver}`, () => {
    jest.setTimeout(30_000); // A busy machine is no failure.
    let stores: OpenContexts;
    let flush: number;
    beforeEach(async () => {
      stores = await open();
      flush = 0;
    });
    afterEach(() => stores.close());

    const text = (length: number) => 'x'.repeat(length);
    const put = (context: Patch['context'], length: number, over: Partial<Patch> = {}) =>
      aPatch({ context, owner: `${context}:o`, path: ['a'], value: text(length), ...over });
    const write = async (...patches: Patch[]) =>
      (await stores.flushes.apply(aFlush({ flush: flush++, patches }))).refused ?? [];
    const used = async (workspace = 'acme') =>
      (await stores.contexts.read(workspace, { global: 'global:o' })).global?.usedBytes;

    it('counts UTF-8 bytes of all but `run` contexts, of one workspace, and empty ones as nothing', async () => {
      expect(await used()).toBe(0);
      await write(put('global', 10), put('user', 0, { value: 'é€😀' }), put('session', 5), put('run', 20));
      expect(await used()).toBe(18 + 17 + 13);
      await write(put('session', 0, { op: 'replace', path: [], value: {} }));
      expect(await used()).toBe(18 + 17);
      expect(await used('beta')).toBe(0);
    });

    it('refuses what has no room, patch by patch, and keeps the rest', async () => {
      const refused = await write(put('global', 50), put('user', 50), put('global', 1, { path: ['b'] }));
      expect(refused).toEqual([{ context: 'user', path: ['a'], usedBytes: 66, sizeBytes: 58, limitBytes: 100 }]);
      const read = await stores.contexts.read('acme', { global: 'global:o', user: 'user:o' });
      expect(read).toMatchObject({ global: { value: { a: text(50), b: 'x' }, usedBytes: 66 }, user: { value: {} } });
    });

    it('gives a context another version also when all its patches were refused, so that the run reads it again', async () => {
      await write(put('global', 80));
      await write(put('global', 99));
      expect((await stores.contexts.read('acme', { global: 'global:o' })).global).toMatchObject({
        version: 2,
        value: { a: text(80) },
      });
    });

    it('never lets several runs together beyond it', async () => {
      const flushes = Array.from({ length: 10 }, (_, i) =>
        stores.flushes.apply(aFlush({ run: `acme/hello/${i}`, patches: [put('user', 20, { owner: `user:${i}` })] })),
      );
      const refused = (await Promise.all(flushes)).flatMap((answer) => answer.refused ?? []);
      expect(refused).toHaveLength(7);
      expect(await used()).toBe(84);
    });

    it('gives the same refusals to a repetition', async () => {
      const request = aFlush({ patches: [put('global', 99)] });
      const first = await stores.flushes.apply(request);
      expect(first.refused).toHaveLength(1);
      expect((await stores.flushes.apply(request)).refused).toEqual(first.refused);
    });

    it('gives room back when something is deleted, or has expired', async () => {
      await write(put('session', 80));
      expect(await write(put('global', 20))).toHaveLength(1);
      await write(put('session', 0, { op: 'delete', value: undefined }));
      expect(await write(put('session', 80))).toEqual([]);
      stores.pass(3_600_000);
      expect(await write(put('global', 20))).toEqual([]);
    });

    it('lets a `run` context grow up to the limit, whatever the others take', async () => {
      await write(put('global', 90));
      expect(await write(put('run', 90))).toEqual([]);
      expect(await write(put('run', 95))).toMatchObject([{ context: 'run', usedBytes: 98, sizeBytes: 5 }]);
    });

    it('tells a run that wakes what is used, when it thinks otherwise', async () => {
      await write(put('global', 10));
      const seal = (n: number, usedBytes?: number) =>
        stores.flushes.seal(aSeal({ n, ...(usedBytes !== undefined && { usedBytes }) }));
      expect((await seal(1, 0)).usedBytes).toBe(18);
      expect(await seal(2, 18)).not.toHaveProperty('usedBytes');
      expect(await seal(3)).not.toHaveProperty('usedBytes');
    });
  });
}
