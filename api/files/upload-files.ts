import { fail } from '../../shared/core/errors/errors';
import type { FileKey, StoredFile } from '../../shared/ports/file-records';
import type { HttpRequest, Reply } from '../http/contract';
import { newUlid } from '../http/new-ulid';
import { assertKnownIn, requireOnFile } from './authorise';
import type { FilesDependencies } from './dependencies';
import { fileDocument } from './file-document';
import { withOptions } from './file-options';
import { optionsOfFiles } from './form-options';
import { judgeMimetype } from './judge-mimetype';
import { readUpload, type IncomingFile } from './read-upload';
import { newSecret } from './tokens';

type NewFile = Pick<StoredFile, 'id' | 'name' | 'mimetype' | 'size' | 'digest'>;

/** POST: all files of the form, or none. Bytes come first: what a crash leaves without a record is swept. */
export const createUploadFiles = (dependencies: FilesDependencies) =>
  async function uploadFiles(request: HttpRequest): Promise<Reply> {
    const { records, bytes, settings, log, now = Date.now } = dependencies;
    const workspaceId = assertKnownIn(dependencies, request);
    const written: FileKey[] = [];
    const take = async ({ name, mimetype: declared, content }: IncomingFile): Promise<NewFile> => {
      const mimetype = judgeMimetype(declared, name, settings.mimetypes);
      const key = { workspaceId, id: newUlid(now()) };
      written.push(key);
      return { id: key.id, name, mimetype, ...(await bytes.put(key, content)) };
    };
    try {
      const { files, fields } = await readUpload(request, settings, take);
      if (files.length === 0) throw fail('MissingFieldError', 'Send at least one file', { fields: ['file'] });
      const options = optionsOfFiles(fields, files.length);
      const at = now();
      const common = commonOf(request, workspaceId, at);
      const stored = files.map((file, n) =>
        withOptions(
          { ...common, ...file, public: settings.publicByDefault, secret: newSecret() },
          options[n] ?? {},
          at,
        ),
      );
      for (const file of stored) await requireOnFile(dependencies, request, 'create', file);
      await records.add(stored);
      return { body: stored.map((file) => fileDocument(file, settings.apiUrl)) };
    } catch (error) {
      await bytes.remove(written).catch((err: unknown) => {
        log.warn({ err, workspaceId }, 'bytes of refused files could not be removed; they are swept later');
      });
      throw error;
    }
  };

function commonOf({ caller: { userId } }: HttpRequest, workspaceId: string, at: number) {
  const by = userId === undefined ? {} : { createdBy: userId, updatedBy: userId };
  return { workspaceId, metadata: {}, createdAt: at, updatedAt: at, ...by };
}
