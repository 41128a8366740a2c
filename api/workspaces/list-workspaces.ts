import type { JsonObject } from '../../shared/core/json';
import type { WorkspaceView } from '../../shared/ports/deployments';
import type { HttpRequest, Reply } from '../http/contract';
import { assertKnown, may } from './authorise';
import type { WorkspacesDependencies } from './dependencies';
import { labelsOf, slugOf, workspaceRow } from './documents';
import { queryList, queryNumber, queryText } from './query';

/** GET: rows of what the caller may read, a page of them. */
export const createListWorkspaces = (dependencies: WorkspacesDependencies) =>
  async function listWorkspaces(request: HttpRequest): Promise<Reply> {
    assertKnown(request);
    const { deployments, records } = dependencies;
    const wanted = filterOf(request);
    const isOfMember = await memberFilter(dependencies, request);
    const rows: JsonObject[] = [];
    for (const id of queryList(request, 'ids') ?? deployments.list()) {
      const view = deployments.view(id);
      if (!view || !wanted(view) || !(await may(dependencies, request.caller, 'read', id))) continue;
      if (!(await isOfMember(id))) continue;
      rows.push(workspaceRow(view, records));
    }
    const page = queryNumber(request, 'page', { standard: 0, most: 1_000_000 });
    const limit = queryNumber(request, 'limit', { standard: 20, most: 500 });
    const sorted = rows.sort(comparison(queryText(request, 'sort') ?? 'name'));
    const versions = (row: JsonObject) =>
      records
        .versions(String(row['id']))
        .map(({ name, createdAt }) => ({ name, createdAt: new Date(createdAt).toISOString() }));
    return { body: sorted.slice(page * limit, (page + 1) * limit).map((row) => ({ ...row, versions: versions(row) })) };
  };

function filterOf(request: HttpRequest): (view: WorkspaceView) => boolean {
  const name = queryText(request, 'name')?.toLowerCase();
  const slug = queryText(request, 'slug');
  const labels = queryList(request, 'labels');
  return (view) =>
    (name === undefined || namesOf(view).some((one) => one.toLowerCase().includes(name))) &&
    (slug === undefined || slugOf(view) === slug) &&
    (labels === undefined || labelsOf(view).some((label) => labels.includes(label)));
}

/** `email`: of somebody else only where the caller may see who belongs to the workspace. */
async function memberFilter(
  dependencies: WorkspacesDependencies,
  request: HttpRequest,
): Promise<(workspaceId: string) => Promise<boolean>> {
  const email = queryText(request, 'email');
  if (email === undefined) return async () => true;
  const { members } = dependencies;
  const { caller } = request;
  const userId = await members.userIdOf(email);
  if (userId === undefined) return async () => false;
  return async (id) =>
    members.isMember(id, userId) &&
    (userId === caller.userId || (await may(dependencies, caller, 'manage_permissions', id)));
}

const namesOf = ({ parts }: WorkspaceView): readonly string[] => {
  const { name } = parts.index;
  return typeof name === 'object' && name !== null ? Object.values(name).map(String) : [String(name)];
};

/** `field` or `-field`; equal ones by their ids, so that pages do not overlap. */
function comparison(sort: string): (a: JsonObject, b: JsonObject) => number {
  const field = sort.replace(/^-/, '');
  const sign = sort.startsWith('-') ? -1 : 1;
  const textOf = (row: JsonObject): string => {
    const value = Object.hasOwn(row, field) ? row[field] : '';
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
  return (a, b) => sign * compare(textOf(a), textOf(b)) || compare(String(a['id']), String(b['id']));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
