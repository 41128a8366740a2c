import { fail } from '../../shared/core/errors/errors';
import { requirePermission } from '../http/require-permission';
import type { HttpRequest, Reply } from '../http/contract';
import type { FilesDependencies } from './dependencies';
import { fileDocument } from './file-document';
import { workspaceOf } from './find-file';

const PAGING = ['page', 'limit', 'sort'];
const FILTER = /^(id|name|mimetype|size|public|createdBy|metadata\.[A-Za-z0-9_-]{1,60})$/;

/** GET: for who decides about rights, a page of them. Every other key of the query is a field and what it must be. */
export const createListFiles = (dependencies: FilesDependencies) =>
  async function listFiles(request: HttpRequest): Promise<Reply> {
    const { permissions, settings, uploads } = dependencies;
    const workspaceId = workspaceOf(dependencies, request);
    const workspace = { type: 'workspaces', workspaceId, id: workspaceId } as const;
    await requirePermission(permissions, request.caller, 'manage_security', workspace);
    const { page, limit, sort } = request.query as { [name: string]: unknown };
    const size = Number(limit ?? 50);
    const order = String(sort ?? '-createdAt');
    const files = uploads.list(workspaceId, {
      where: filtersIn(request.query),
      sort: { field: order.replace(/^-/, ''), descending: order.startsWith('-') },
      offset: Number(page ?? 0) * size,
      limit: size,
    });
    return { body: files.map((file) => fileDocument(file, settings)) };
  };

function filtersIn(query: HttpRequest['query']): { readonly [field: string]: string } {
  const given = Object.entries(query).filter(([name]) => !PAGING.includes(name));
  const wrong = given.find(([name]) => !FILTER.test(name));
  if (wrong)
    throw fail('RequestValidationError', 'Invalid request', [
      {
        path: `/query/${wrong[0].slice(0, 200)}`,
        message: 'is no field of a file: id, name, mimetype, size, public, createdBy or metadata.<name>',
        errorCode: 'invalid.openapi.validation',
      },
    ]);
  return Object.fromEntries(given.map(([name, value]) => [name, [value].flat().at(-1) ?? '']));
}
