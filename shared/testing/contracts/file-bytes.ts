import { createHash } from 'node:crypto';
import type { FileBytes } from '../../ports/file-bytes';
import type { FileKey } from '../../ports/file-records';

export interface OpenFileBytes {
  readonly bytes: FileBytes;
  /** As after a restart. */
  reopen(): FileBytes;
  close(): Promise<void>;
}

const key = (n: number, workspaceId = 'acme'): FileKey => ({ workspaceId, id: String(n).padStart(26, '0') });

export async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function textOf(content: AsyncIterable<Uint8Array> | null): Promise<string | null> {
  if (content === null) return null;
  const read: Uint8Array[] = [];
  for await (const piece of content) read.push(piece);
  return Buffer.concat(read).toString();
}

export function fileBytesContract(driver: string, open: () => Promise<OpenFileBytes>): void {
  describe(`FileBytes: ${driver}`, () => {
    let opened: OpenFileBytes;
    beforeEach(async () => void (opened = await open()));
    afterEach(() => opened.close());

    const listed = async (bytes: FileBytes): Promise<readonly FileKey[]> => {
      const keys: FileKey[] = [];
      for await (const one of bytes.list()) {
        expect(Math.abs(one.writtenAt - Date.now())).toBeLessThan(60_000);
        keys.push(one.key);
      }
      return keys.sort((a, b) => (a.id < b.id ? -1 : 1));
    };

    it('keeps bytes, and tells their size and digest', async () => {
      const digest = createHash('sha256').update('hello, world').digest('hex');
      expect(await opened.bytes.put(key(1), pieces('hello', ', ', 'world'))).toEqual({ size: 12, digest });
      expect(await textOf(await opened.reopen().get(key(1)))).toBe('hello, world');
    });

    it('keeps a file without bytes', async () => {
      expect(await opened.bytes.put(key(1), pieces())).toMatchObject({ size: 0 });
      expect(await textOf(await opened.bytes.get(key(1)))).toBe('');
    });

    it('gives a range', async () => {
      await opened.bytes.put(key(1), pieces('0123456789'));
      expect(await textOf(await opened.bytes.get(key(1), { first: 2, last: 4 }))).toBe('234');
      expect(await textOf(await opened.bytes.get(key(1), { first: 9, last: 9 }))).toBe('9');
    });

    it('knows nothing of what was not put, nor of names that are none of ours', async () => {
      await opened.bytes.put(key(1), pieces('x'));
      expect(await opened.bytes.get(key(2))).toBeNull();
      expect(await opened.bytes.get(key(1, 'other'))).toBeNull();
      expect(await opened.bytes.get({ workspaceId: 'acme', id: '../acme/00000000000000000000000001' })).toBeNull();
      expect(await opened.bytes.get({ workspaceId: '..', id: key(1).id })).toBeNull();
      await expect(opened.bytes.put({ workspaceId: '../x', id: key(1).id }, pieces('x'))).rejects.toThrow();
    });

    it('has nothing of what broke off', async () => {
      async function* broken(): AsyncGenerator<Uint8Array> {
        yield Buffer.from('half');
        throw new Error('the client is gone');
      }
      await expect(opened.bytes.put(key(1), broken())).rejects.toThrow('the client is gone');
      expect(await opened.bytes.get(key(1))).toBeNull();
      expect(await listed(opened.bytes)).toEqual([]);
    });

    it('shows nothing of what is being put, and sweeps it when it was left', async () => {
      let goOn = (): void => undefined;
      const paused = new Promise<void>((resolve) => (goOn = resolve));
      async function* slow(): AsyncGenerator<Uint8Array> {
        yield Buffer.from('half');
        await paused;
        yield Buffer.from(' and half');
      }
      const put = opened.bytes.put(key(1), slow());
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect([await opened.bytes.get(key(1)), await listed(opened.bytes)]).toEqual([null, []]);
      await opened.bytes.sweep(Date.now() - 60_000);
      goOn();
      await put;
      expect(await textOf(await opened.bytes.get(key(1)))).toBe('half and half');
      await opened.bytes.sweep(Date.now() + 60_000);
      expect(await listed(opened.bytes)).toEqual([key(1)]);
    });

    it('removes; what is being read is read to its end', async () => {
      await opened.bytes.put(key(1), pieces('x'.repeat(1_000_000)));
      await opened.bytes.put(key(2), pieces('two'));
      const reading = await opened.bytes.get(key(1));
      await opened.bytes.remove([key(1), key(3), key(1, 'nowhere')]);
      expect((await textOf(reading))?.length).toBe(1_000_000);
      expect(await opened.bytes.get(key(1))).toBeNull();
      expect(await listed(opened.bytes)).toEqual([key(2)]);
    });

    it('puts and removes side by side', async () => {
      const turns = Array.from({ length: 40 }, async (_, n) => {
        await opened.bytes.put(key(n), pieces(`${n}`));
        if (n % 2 === 0) await opened.bytes.remove([key(n)]);
      });
      await Promise.all(turns);
      expect(await listed(opened.bytes)).toHaveLength(20);
    });
  });
}
