import type { HttpRequest, Reply } from '../http/contract';
import type { FilesDependencies } from './dependencies';
import { pathName } from './file-document';
import { findFile, notFound, requireOnFile } from './find-file';
import { opens } from './temporary-tokens';

/**
 * Somebody else wrote it, and it comes from the address of the API: a page among the files may show itself, and do
 * nothing.
 */
const POLICY = "default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'; sandbox";

/** GET: the bytes, for everybody where the file is public, else for who may read it or shows a token. */
export const createServeFile = (dependencies: FilesDependencies) =>
  async function serveFile(request: HttpRequest): Promise<Reply> {
    const file = findFile(dependencies, request);
    if (request.params['fileId'] !== pathName(file)) throw notFound('files', request.params['fileId'] ?? '');
    const token = [request.query['token'] ?? []].flat().at(-1);
    const isOpen = file.public || (token !== undefined && opens(token, file, Date.now()));
    if (!isOpen) await requireOnFile(dependencies, request, 'read', file);
    const content = await dependencies.uploads.content(file.workspaceId, file.id);
    if (!content) throw notFound('files', file.id);
    const name = encodeURIComponent(file.name).replace(/['()*]/g, escape);
    return {
      headers: {
        'content-security-policy': POLICY,
        'content-disposition': `inline; filename*=UTF-8''${name}`,
        // It may be made private, changed or deleted at any time.
        'cache-control': file.public ? 'public, no-cache' : 'private, no-store',
      },
      bytes: { type: file.mimetype, content },
    };
  };

const escape = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
