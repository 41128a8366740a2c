import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blobStoreContract } from '../../testing/contracts/blob-store';
import { folderBlobStore } from './folder';

const folder = () => mkdtemp(join(tmpdir(), 'ostinato-'));

blobStoreContract('folder', async () => {
  const dir = await folder();
  return { store: folderBlobStore(join(dir, 'blobs')), close: () => rm(dir, { recursive: true }) };
});

describe('folder blob store', () => {
  it('leaves no drafts', async () => {
    const dir = await folder();
    const store = folderBlobStore(dir);
    const bytes = Buffer.from('x');
    const digest = await store.put(bytes);
    expect(await readdir(join(dir, digest.slice(2, 4)))).toEqual([digest.slice(4)]);
    await rm(dir, { recursive: true });
  });

  it('says so when the disk cannot be written', async () => {
    const dir = await folder();
    await writeFile(join(dir, 'file'), '');
    const store = folderBlobStore(join(dir, 'file', 'below'));
    await expect(store.put(Buffer.from('x'))).rejects.toMatchObject({ code: 'StorageUnavailable', retryable: true });
    await rm(dir, { recursive: true });
  });
});
