import { createHash } from 'node:crypto';
import type { BlobStore } from '../../ports/blob-store';

export interface OpenBlobs {
  readonly store: BlobStore;
  close(): Promise<void>;
}

export function blobStoreContract(driver: string, open: () => Promise<OpenBlobs>): void {
  describe(`BlobStore: ${driver}`, () => {
    let opened: OpenBlobs;
    beforeEach(async () => void (opened = await open()));
    afterEach(() => opened.close());

    it('gives bytes back by the digest of their content', async () => {
      const bytes = Uint8Array.from([0, 1, 254, 255]);
      const digest = await opened.store.put(bytes);
      expect(digest).toBe(`b:${createHash('sha256').update(bytes).digest('hex')}`);
      expect(Uint8Array.from((await opened.store.get(digest)) ?? [])).toEqual(bytes);
      expect(await opened.store.put(bytes)).toBe(digest);
    });

    it('keeps one blob when many put the same at once', async () => {
      const bytes = new Uint8Array(3_000_000).fill(7);
      const digests = await Promise.all(Array.from({ length: 10 }, () => opened.store.put(bytes)));
      expect(new Set(digests).size).toBe(1);
      expect((await opened.store.get(digests[0] ?? ''))?.length).toBe(bytes.length);
    });

    it.each(['b:00', `b:${'0'.repeat(64)}`, `b:${'../'.repeat(20)}`, 'nonsense'])(
      'answers null for %s',
      async (digest) => expect(await opened.store.get(digest)).toBeNull(),
    );
  });
}
