import { isObject } from '../../shared/core/json';
import type { HttpRequest, Reply } from '../http/contract';
import { authoriseFile, requireOnFile } from './authorise';
import type { FilesDependencies } from './dependencies';
import { fileDocument, urlOf } from './file-document';
import { readOptions, withOptions } from './file-options';
import { fileNotFound, invalid } from './refuse';
import { temporaryToken } from './tokens';

/** GET: what is known of a file. */
export const createGetFile = (dependencies: FilesDependencies) =>
  async function getFile(request: HttpRequest): Promise<Reply> {
    const file = await authoriseFile(dependencies, request, 'read');
    return { body: fileDocument(file, dependencies.settings.apiUrl) };
  };

/** PATCH: fields that are given are replaced, `metadata` as a whole. */
export const createUpdateFile = (dependencies: FilesDependencies) =>
  async function updateFile(request: HttpRequest): Promise<Reply> {
    const { records, settings, now = Date.now } = dependencies;
    const { body, caller } = request;
    const file = await authoriseFile(dependencies, request, 'update');
    if (!isObject(body)) throw invalid('/body', 'The body must be a JSON object');
    const options = readOptions(body);
    const at = now();
    const by = caller.userId === undefined ? {} : { updatedBy: caller.userId };
    // A rule may let somebody change private files only: what comes of it must be what the caller may change, too.
    await requireOnFile(dependencies, request, 'update', withOptions(file, options, at));
    const changed = await records.change(file, (found) => ({
      ...withOptions(found, options, at),
      ...{ updatedAt: at, ...by },
    }));
    if (!changed) throw fileNotFound(file.id);
    return { body: fileDocument(changed, settings.apiUrl) };
  };

/** DELETE: the record first, so that nobody finds a file without its bytes. */
export const createDeleteFile = (dependencies: FilesDependencies) =>
  async function deleteFile(request: HttpRequest): Promise<Reply> {
    const { records, bytes } = dependencies;
    const file = await authoriseFile(dependencies, request, 'delete');
    if (!(await records.remove(file))) throw fileNotFound(file.id);
    await bytes.remove([file]);
    return { body: { id: file.id } };
  };

const STANDARD_S = 60;

/** POST share: an address that opens the file for a while, whoever has it. */
export const createShareFile = (dependencies: FilesDependencies) =>
  async function shareFile(request: HttpRequest): Promise<Reply> {
    const { settings, now = Date.now } = dependencies;
    const file = await authoriseFile(dependencies, request, 'read');
    const given = isObject(request.body) ? request.body['expiresIn'] : undefined;
    const expiresIn = typeof given === 'number' ? given : STANDARD_S;
    const expiresAt = now() + 1000 * expiresIn;
    const url = `${urlOf(file, settings.apiUrl)}?token=${temporaryToken(file, expiresAt)}`;
    return { body: { url, expiresAt: new Date(expiresAt).toISOString(), expiresIn } };
  };
