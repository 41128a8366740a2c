import type { FileQuery, FileRecords, StoredFile } from '../../ports/file-records';

export interface OpenFileRecords {
  readonly records: FileRecords;
  /** As after a restart. */
  reopen(): Promise<FileRecords>;
  close(): Promise<void>;
}

export const fileId = (n: number): string => String(n).padStart(26, '0');

export const aFile = (n: number, over: Partial<StoredFile> = {}): StoredFile => ({
  ...{
    workspaceId: 'acme',
    id: fileId(n),
    name: `${n}.txt`,
    mimetype: 'text/plain',
    size: n,
    digest: 'd',
    secret: 's',
  },
  ...{ public: false, metadata: {}, createdAt: n, createdBy: 'ann', updatedAt: n },
  ...over,
});

const query = (over: Partial<FileQuery> = {}): FileQuery => ({
  ...{ now: 1_000, where: [], sort: { field: 'createdAt', descending: true }, offset: 0, limit: 10 },
  ...over,
});

export function fileRecordsContract(driver: string, open: () => Promise<OpenFileRecords>): void {
  describe(`FileRecords: ${driver}`, () => {
    let opened: OpenFileRecords;
    beforeEach(async () => void (opened = await open()));
    afterEach(() => opened.close());

    const ids = async (over: Partial<FileQuery>) =>
      (await opened.records.list('acme', query(over))).map(({ size }) => size);
    const keyOf = (n: number, workspaceId = 'acme') => ({ workspaceId, id: fileId(n) });

    it('keeps what it is given, by workspace', async () => {
      const whole = aFile(2, {
        shareToken: 'token-of-it',
        expiresAfter: 5,
        expiresAt: 5_002,
        metadata: { k: 'v', n: 1 },
      });
      await opened.records.add([aFile(1), whole]);
      const records = await opened.reopen();
      expect(await records.find(keyOf(2))).toEqual(whole);
      expect(await records.find(keyOf(2, 'other'))).toBeNull();
      expect(await records.find(keyOf(3))).toBeNull();
    });

    it('lists newest first, a page at a time', async () => {
      await opened.records.add([aFile(1), aFile(2), aFile(3, { createdAt: 2 }), aFile(4, { workspaceId: 'other' })]);
      expect(await ids({})).toEqual([3, 2, 1]);
      expect(await ids({ limit: 2 })).toEqual([3, 2]);
      expect(await ids({ limit: 2, offset: 2 })).toEqual([1]);
      expect(await ids({ sort: { field: 'createdAt', descending: false } })).toEqual([1, 2, 3]);
    });

    it('sorts by any field, numbers as numbers', async () => {
      await opened.records.add([aFile(10, { name: 'b' }), aFile(9, { name: 'c' }), aFile(100, { name: 'a' })]);
      expect(await ids({ sort: { field: 'size', descending: false } })).toEqual([9, 10, 100]);
      expect(await ids({ sort: { field: 'name', descending: true } })).toEqual([9, 10, 100]);
      expect(await ids({ sort: { field: 'metadata.none', descending: false } })).toEqual([9, 10, 100]);
    });

    it('finds by fields, whatever their type and name', async () => {
      await opened.records.add([
        aFile(1, { public: true, metadata: { 'a.b': 'x', flag: true, n: 5 } }),
        aFile(2, { mimetype: 'image/png', metadata: { flag: 'true', "it's": 'y' } }),
      ]);
      const by = (field: string, value: string) => ids({ where: [{ field, value }] });
      expect(await by('public', 'true')).toEqual([1]);
      expect(await by('public', 'false')).toEqual([2]);
      expect(await by('mimetype', 'image/png')).toEqual([2]);
      expect(await by('metadata.a.b', 'x')).toEqual([1]);
      expect(await by('metadata.flag', 'true')).toEqual([2, 1]);
      expect(await by('metadata.n', '5')).toEqual([1]);
      expect(await by("metadata.it's", 'y')).toEqual([2]);
      expect(await by('size', "1' OR '1")).toEqual([]);
      expect(await ids({ where: [{ field: 'public', value: 'true' }, { field: 'size', value: '2' }] })).toEqual([]); // prettier-ignore
    });

    it('does not list what has expired', async () => {
      await opened.records.add([aFile(1, { expiresAt: 1_000 }), aFile(2, { expiresAt: 1_001 })]);
      expect(await ids({})).toEqual([2]);
    });

    it('changes one file in one step, and forgets an expiry that is taken away', async () => {
      await opened.records.add([aFile(1, { expiresAt: 500 })]);
      const edits = [1, 2, 3].map((n) =>
        opened.records.change(keyOf(1), ({ expiresAt: _, ...file }) => ({
          ...file,
          metadata: { ...file.metadata, [`k${n}`]: n },
        })),
      );
      await Promise.all(edits);
      expect((await opened.records.find(keyOf(1)))?.metadata).toEqual({ k1: 1, k2: 2, k3: 3 });
      expect(await opened.records.removeExpired(1_000)).toEqual([]);
      expect(await opened.records.change(keyOf(2), (file) => file)).toBeNull();
    });

    it('removes one, a workspace, what has expired', async () => {
      await opened.records.add([
        ...[aFile(1), aFile(2), aFile(3, { workspaceId: 'other' })],
        ...[aFile(4, { workspaceId: 'third', expiresAt: 7 }), aFile(5, { workspaceId: 'third', expiresAt: 8 })],
      ]);
      expect([await opened.records.remove(keyOf(1)), await opened.records.remove(keyOf(1))]).toEqual([true, false]);
      expect(await opened.records.removeWorkspace('acme')).toEqual([keyOf(2)]);
      expect(await opened.records.removeWorkspace('acme')).toEqual([]);
      expect(await opened.records.removeExpired(7)).toEqual([keyOf(4, 'third')]);
      expect(await opened.records.removeExpired(7)).toEqual([]);
      const left = [keyOf(1), keyOf(2), keyOf(3, 'other'), keyOf(4, 'third'), keyOf(5, 'third'), keyOf(3)];
      expect(await opened.records.known(left)).toEqual(new Set([fileId(3), fileId(5)]));
    });

    it('removes more than fits into one step', async () => {
      await opened.records.add(Array.from({ length: 450 }, (_, n) => aFile(n, { expiresAt: 1 })));
      let removed = 0;
      for (
        let keys = await opened.records.removeExpired(1);
        keys.length > 0;
        keys = await opened.records.removeExpired(1)
      )
        removed += keys.length;
      expect(removed).toBe(450);
    });
  });
}
