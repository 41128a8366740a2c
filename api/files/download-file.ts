import { Readable } from 'node:stream';
import type { StoredFile } from '../../shared/ports/file-records';
import type { HttpRequest, Reply } from '../http/contract';
import { requireOnFile, workspaceOf } from './authorise';
import { parseRange } from './byte-range';
import type { FilesDependencies } from './dependencies';
import { downloadHeaders, etagOf, namesEtag } from './download-headers';
import { isExpired, parseFileName } from './file-document';
import { fileNotFound } from './refuse';
import { opens } from './tokens';

/** GET: the bytes, for everybody where the file is public, else with the right to read it or a token that opens it. */
export const createDownloadFile = (dependencies: FilesDependencies) =>
  async function downloadFile(request: HttpRequest): Promise<Reply> {
    const file = await findFile(dependencies, request);
    const { headers } = request;
    const etag = etagOf(file);
    const answer = downloadHeaders(file);
    if (namesEtag(headers['if-none-match'], etag)) return { status: 304, headers: answer };
    const isCurrent = headers['if-range'] === undefined || headers['if-range'] === etag;
    const range = isCurrent ? parseRange(headers['range'], file.size) : null;
    const content = await dependencies.bytes.get(file, range ?? undefined);
    // Removed since we have looked.
    if (!content) throw fileNotFound(request.params['file'] ?? '');
    const size = range ? range.last - range.first + 1 : file.size;
    const part = range && { 'content-range': `bytes ${range.first}-${range.last}/${file.size}` };
    return {
      ...(range && { status: 206 }),
      headers: { ...answer, ...part },
      file: { type: file.mimetype, size, content: Readable.from(content) },
    };
  };

/** @throws ObjectNotFoundError · ForbiddenError */
async function findFile(dependencies: FilesDependencies, request: HttpRequest): Promise<StoredFile> {
  const { records, now = Date.now } = dependencies;
  const given = request.params['file'] ?? '';
  const named = parseFileName(given);
  const file = named && (await records.find({ workspaceId: workspaceOf(request), id: named.id }));
  if (!file || file.name !== named.name || isExpired(file, now())) throw fileNotFound(given);
  const token = request.query['token'];
  const isOpen = file.public || (typeof token === 'string' && opens(token, file, now()));
  if (!isOpen) await requireOnFile(dependencies, request, 'read', file);
  return file;
}
