import type { JsonObject } from '../../shared/core/json';
import type { Caller } from '../../shared/ports/access';
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
    const { records } = dependencies;
    const found = await readableWorkspaces(dependencies, request.caller, queryOf(request));
    const page = queryNumber(request, 'page', { standard: 0, most: 1_000_000 });
    const limit = queryNumber(request, 'limit', { standard: 20, most: 500 });
    const sorted = sortedRows(records, found, queryText(request, 'sort') ?? 'name');
    const versions = (row: JsonObject) =>
      records
        .versions(String(row['id']))
        .map(({ name, createdAt }) => ({ name, createdAt: new Date(createdAt).toISOString() }));
    return { body: sorted.slice(page * limit, (page + 1) * limit).map((row) => ({ ...row, versions: versions(row) })) };
  };

/** Which workspaces are asked for; all of it has to hold. */
export interface WorkspaceQuery {
  /** Contained in the name, in any language. */
  readonly name?: string | undefined;
  readonly slug?: string | undefined;
  readonly ids?: readonly string[] | undefined;
  /** Any of them. */
  readonly labels?: readonly string[] | undefined;
  /** Of a member. */
  readonly email?: string | undefined;
}

/** Those of them that the caller may read. */
export async function readableWorkspaces(
  dependencies: Pick<WorkspacesDependencies, 'deployments' | 'permissions' | 'roles' | 'members'>,
  caller: Caller,
  query: WorkspaceQuery,
): Promise<readonly WorkspaceView[]> {
  const { deployments } = dependencies;
  const isOfMember = await memberFilter(dependencies, caller, query);
  const found: WorkspaceView[] = [];
  for (const id of query.ids ?? deployments.list()) {
    const view = deployments.view(id);
    if (!view || !isWanted(view, query) || !(await may(dependencies, caller, 'read', id))) continue;
    if (await isOfMember(id)) found.push(view);
  }
  return found;
}

/** @param sort  a field, or `-field` */
export const sortedRows = (
  records: WorkspacesDependencies['records'],
  views: readonly WorkspaceView[],
  sort: string,
): readonly JsonObject[] => views.map((view) => workspaceRow(view, records)).sort(comparison(sort));

const queryOf = (request: HttpRequest): WorkspaceQuery => ({
  name: queryText(request, 'name'),
  slug: queryText(request, 'slug'),
  ids: queryList(request, 'ids'),
  labels: queryList(request, 'labels'),
  email: queryText(request, 'email'),
});

function isWanted(view: WorkspaceView, { name, slug, labels }: WorkspaceQuery): boolean {
  const part = name?.toLowerCase();
  return (
    (part === undefined || namesOf(view).some((one) => one.toLowerCase().includes(part))) &&
    (slug === undefined || slugOf(view) === slug) &&
    (labels === undefined || labelsOf(view).some((label) => labels.includes(label)))
  );
}

/** `email`: of somebody else only where the caller may see who belongs to the workspace. */
async function memberFilter(
  dependencies: Pick<WorkspacesDependencies, 'permissions' | 'roles' | 'members'>,
  caller: Caller,
  { email }: WorkspaceQuery,
): Promise<(workspaceId: string) => Promise<boolean>> {
  if (email === undefined) return async () => true;
  const { members } = dependencies;
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
