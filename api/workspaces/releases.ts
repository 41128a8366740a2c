import { fail } from '../../shared/core/errors/errors';
import { isObject, type Json, type JsonObject } from '../../shared/core/json';
import { isWorkspacePath } from '../../shared/core/workspaces/file-paths';
import type { Texts } from '../../shared/ports/deployments';
import type { HttpRequest, Reply } from '../http/contract';
import { authorise } from './authorise';
import { checkBody, invalid } from './check-body';
import type { WorkspacesDependencies } from './dependencies';
import { diagnosticsJson } from './documents';
import { queryNumber, queryText } from './query';

/** POST check: the compiler, nothing stored. */
export const createCheckWorkspace = (dependencies: WorkspacesDependencies) =>
  async function checkWorkspace(request: HttpRequest): Promise<Reply> {
    const { workspaceId } = await authorise(dependencies, request, 'read');
    const { files } = checkBody(request.body);
    if (!isObject(files))
      throw fail('MissingFieldError', 'Give the texts to check as `files`, by path', { fields: ['files'] });
    const texts: [string, string][] = Object.entries(files).map(([path, text]) => {
      if (!isWorkspacePath(path)) throw invalid(`/body/files/${path.slice(0, 200)}`, 'is no path of a workspace');
      if (typeof text !== 'string') throw invalid(`/body/files/${path}`, 'must be a text');
      return [path, text];
    });
    const { diagnostics, digest } = await dependencies.deployments.check(
      workspaceId,
      Object.fromEntries(texts) as Texts,
    );
    return { body: { diagnostics: diagnosticsJson(diagnostics), releaseDigest: digest } };
  };

/** GET: what was in force and when, newest first. */
export const createListReleases = (dependencies: WorkspacesDependencies) =>
  async function listReleases(request: HttpRequest): Promise<Reply> {
    const { workspaceId } = await authorise(dependencies, request, 'read');
    const limit = Math.max(1, queryNumber(request, 'limit', { standard: 50, most: 500 }));
    const before = cursorOf(queryText(request, 'cursor'));
    const { rows, total } = dependencies.records.releases(workspaceId, {
      limit: limit + 1,
      ...(before !== undefined && { before }),
    });
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const items: JsonObject[] = await Promise.all(
      page.map(async ({ digest, version, by, at, message, automations }) => ({
        digest,
        ...(version !== undefined && { version }),
        ...(by !== undefined && { by }),
        at: new Date(at).toISOString(),
        message,
        automations,
        openRuns: await dependencies.runs.countOpen(workspaceId, digest),
      })),
    );
    const next = rows.length > limit && last ? Buffer.from(`n${last.n}`).toString('base64url') : undefined;
    return {
      body: { items: items as Json, ...(next !== undefined && { next }), total: { value: total, relation: 'eq' } },
    };
  };

/** @throws RequestValidationError */
function cursorOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const n = /^n(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString('utf8'))?.[1];
  if (n === undefined) throw invalid('/query/cursor', 'is no cursor of this list');
  return Number(n);
}
