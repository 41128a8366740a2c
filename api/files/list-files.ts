import { FILE_FIELDS, type FileQuery } from '../../shared/ports/file-records';
import type { HttpRequest, Reply } from '../http/contract';
import { requirePermission } from '../http/require-permission';
import { assertKnownIn } from './authorise';
import type { FilesDependencies } from './dependencies';
import { fileDocument } from './file-document';
import { invalid } from './refuse';

const STANDARD_LIMIT = 50;
const MOST = 500;
const METADATA = /^metadata\.[A-Za-z][\w.-]{0,63}$/;
const KNOWN: ReadonlySet<string> = new Set(FILE_FIELDS);
const isField = (name: string): boolean => KNOWN.has(name) || METADATA.test(name);

/** GET: a page of the workspace's files, for whoever decides about its security. */
export const createListFiles = (dependencies: FilesDependencies) =>
  async function listFiles(request: HttpRequest): Promise<Reply> {
    const { records, permissions, settings, now = Date.now } = dependencies;
    const workspaceId = assertKnownIn(dependencies, request);
    const subject = { type: 'workspaces', workspaceId, id: workspaceId } as const;
    await requirePermission(permissions, request.caller, 'manage_security', subject);
    const files = await records.list(workspaceId, queryOf(request, now()));
    return { body: files.map((file) => fileDocument(file, settings.apiUrl)) };
  };

/** @throws RequestValidationError for a field that files do not have */
function queryOf({ query }: HttpRequest, now: number): FileQuery {
  const { page = '0', limit = String(STANDARD_LIMIT), sort = '-createdAt', ...filters } = query;
  const field = String(sort).replace(/^-/, '');
  for (const [name, at] of [...Object.keys(filters).map((one) => [one, one] as const), [field, 'sort'] as const])
    if (!isField(name))
      throw invalid(
        `/query/${at.slice(0, 100)}`,
        `Files have the fields ${FILE_FIELDS.join(', ')} and metadata.<name>`,
      );
  const size = wholeNumber('limit', limit, [1, MOST]);
  return {
    now,
    where: Object.entries(filters).flatMap(([name, value]) =>
      [value].flat().map((one) => ({ field: name, value: fromDate(name, String(one)) })),
    ),
    sort: { field, descending: String(sort).startsWith('-') },
    limit: size,
    offset: size * wholeNumber('page', page, [0, 1_000_000]),
  };
}

/** Dates are asked for as they are shown. */
const fromDate = (field: string, value: string): string =>
  field.endsWith('At') && !Number.isNaN(Date.parse(value)) ? String(Date.parse(value)) : value;

function wholeNumber(name: string, text: string | readonly string[], [least, most]: readonly [number, number]): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalid(`/query/${name}`, `Give a whole number from ${least} to ${most}`);
}
