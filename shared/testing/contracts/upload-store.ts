import type { FileQuery, StoredFile, UploadStore } from '../../ports/upload-store';

export interface OpenUploads {
  readonly uploads: UploadStore;
  /** What the store takes for now. */
  setTime(ms: number): void;
  /** As after a restart. */
  reopen(): Promise<UploadStore>;
  close(): Promise<void>;
}

const aFile = (id: string, over: Partial<StoredFile> = {}): StoredFile => ({
  ...{ id, workspaceId: 'shop', name: `${id}.txt`, mimetype: 'text/plain', size: 3, public: false },
  ...{ metadata: {}, secret: 's', createdAt: 1 },
  ...over,
});
const bytes = (text: string) => new TextEncoder().encode(text);
const everything: FileQuery = { where: {}, sort: { field: 'createdAt', descending: true }, offset: 0, limit: 50 };

export function uploadStoreContract(driver: string, open: () => Promise<OpenUploads>): void {
  describe(`UploadStore: ${driver}`, () => {
    let opened: OpenUploads;
    beforeEach(async () => void (opened = await open()));
    afterEach(() => opened.close());
    const idsOf = (query: Partial<FileQuery> = {}) =>
      opened.uploads.list('shop', { ...everything, ...query }).map(({ id }) => id);

    it('keeps a file and its bytes, in its workspace only', async () => {
      const file = aFile('a', { metadata: { case: '7' }, shareToken: 't', createdBy: 'ann' });
      await opened.uploads.put(file, bytes('one'));
      const uploads = await opened.reopen();
      expect(uploads.find('shop', 'a')).toEqual(file);
      expect(Buffer.from((await uploads.content('shop', 'a')) ?? []).toString()).toBe('one');
      expect([uploads.find('other', 'a'), await uploads.content('other', 'a'), uploads.find('shop', 'b')]).toEqual([
        ...[null, null, null],
      ]);
    });

    it('lists by field, filters by what a field says, and pages', async () => {
      await opened.uploads.put(aFile('a', { size: 9, createdAt: 1, metadata: { kind: 'bill' } }), bytes(''));
      await opened.uploads.put(aFile('b', { size: 5, createdAt: 2, public: true }), bytes(''));
      await opened.uploads.put(aFile('c', { size: 9, createdAt: 3 }), bytes(''));
      expect(idsOf()).toEqual(['c', 'b', 'a']);
      expect(idsOf({ sort: { field: 'size', descending: false } })).toEqual(['b', 'a', 'c']);
      expect(idsOf({ offset: 1, limit: 1 })).toEqual(['b']);
      expect(idsOf({ where: { size: '9' } })).toEqual(['c', 'a']);
      expect(idsOf({ where: { public: 'true' } })).toEqual(['b']);
      expect(idsOf({ where: { public: 'false', size: '9' } })).toEqual(['c', 'a']);
      expect(idsOf({ where: { 'metadata.kind': 'bill' } })).toEqual(['a']);
      expect(idsOf({ where: { "name') OR 1=1 --": 'x' } })).toEqual([]);
    });

    it('changes what is known of a file', async () => {
      await opened.uploads.put(aFile('a'), bytes('one'));
      const both = await Promise.all([
        opened.uploads.change('shop', 'a', (file) => ({ ...file, public: true })),
        opened.uploads.change('shop', 'a', (file) => ({ ...file, metadata: { ...file.metadata, k: 'v' } })),
      ]);
      expect(both[1]).toEqual(aFile('a', { public: true, metadata: { k: 'v' } }));
      expect(opened.uploads.find('shop', 'a')).toEqual(both[1]);
      expect(await opened.uploads.change('shop', 'none', (file) => file)).toBeNull();
    });

    it('has nothing more of a file that was removed, or whose workspace has gone', async () => {
      for (const id of ['a', 'b']) await opened.uploads.put(aFile(id), bytes('one'));
      await opened.uploads.put(aFile('a', { workspaceId: 'other' }), bytes('two'));
      expect([await opened.uploads.remove('shop', 'a'), await opened.uploads.remove('shop', 'a')]).toEqual([
        true,
        false,
      ]);
      expect([opened.uploads.find('shop', 'a'), await opened.uploads.content('shop', 'a')]).toEqual([null, null]);
      await opened.uploads.forget('shop');
      expect(idsOf()).toEqual([]);
      // A name may come back.
      await opened.uploads.put(aFile('b'), bytes('new'));
      expect(Buffer.from((await opened.uploads.content('shop', 'b')) ?? []).toString()).toBe('new');
      expect(opened.uploads.find('other', 'a')).not.toBeNull();
    });

    it('has a file no longer than it said, and then its bytes neither', async () => {
      opened.setTime(1_000);
      await opened.uploads.put(aFile('a', { expiresAt: 2_000 }), bytes('one'));
      await opened.uploads.put(aFile('b', { expiresAt: 3_000 }), bytes('two'));
      opened.setTime(2_000);
      expect([opened.uploads.find('shop', 'a'), await opened.uploads.content('shop', 'a'), idsOf()]).toEqual([
        ...[null, null, ['b']],
      ]);
      expect(await opened.uploads.change('shop', 'a', (file) => file)).toBeNull();
      await opened.uploads.sweep();
      opened.setTime(1_000);
      expect(opened.uploads.find('shop', 'a')).toBeNull();
      expect(idsOf()).toEqual(['b']);
    });
  });
}
