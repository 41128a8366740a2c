import type { Patch } from '../../core/run/types';
import { aFlush, aPatch } from '../builders';
import type { OpenRunStores } from './flush-store';

export interface OpenContexts extends Pick<OpenRunStores, 'flushes' | 'contexts' | 'close'> {
  /** Lets time pass for the store. */
  pass(ms: number): void;
  /** Removes what has expired. */
  sweep(): Promise<void>;
}

export function contextStoreContract(driver: string, open: () => Promise<OpenContexts>): void {
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
