import { fail, type PlatformError } from '../../../shared/core/errors/errors';
import type { JsonObject } from '../../../shared/core/json';
import { firstName } from '../../../shared/core/workspaces/slug-from-name';
import type { PublishedApp } from '../../../shared/ports/app-store';
import type { HttpRequest, Reply } from '../../http/contract';
import { assertKnown } from '../authorise';
import { queryList, queryNumber, queryText } from '../query';
import { appDocument, configForm } from './app-documents';
import { mayReadApp, requireOnApp } from './authorise-app';
import type { AppsDependencies } from './dependencies';
import { tellOfApp } from './tell-of-app';

/** GET: what the caller may install, a page of it. */
export const createListApps = (dependencies: AppsDependencies) =>
  async function listApps(request: HttpRequest): Promise<Reply> {
    assertKnown(request);
    const { apps } = dependencies;
    const wanted = filterOf(request);
    const found: PublishedApp[] = [];
    for (const app of apps.list()) if (wanted(app) && (await mayReadApp(dependencies, request, app))) found.push(app);
    const page = queryNumber(request, 'page', { standard: 0, most: 1_000_000 });
    const limit = queryNumber(request, 'limit', { standard: 20, most: 500 });
    const rows = found.slice(page * limit, (page + 1) * limit);
    return { body: rows.map((app) => appDocument(app, apps.versions(app.slug))) };
  };

function filterOf(request: HttpRequest): (app: PublishedApp) => boolean {
  const text = queryText(request, 'text')?.toLowerCase();
  const workspaceId = queryText(request, 'workspaceId');
  const labels = queryList(request, 'labels');
  return ({ slug, shown, workspaceId: source }) =>
    (text === undefined || [slug, ...namesOf(shown)].some((one) => one.toLowerCase().includes(text))) &&
    (workspaceId === undefined || source === workspaceId) &&
    (labels === undefined || labels.some((label) => (shown['labels'] as readonly string[]).includes(label)));
}

/** In every language that it has one in. */
const namesOf = ({ name }: JsonObject): readonly string[] =>
  typeof name === 'object' && name !== null ? Object.values(name).map(String) : [firstName(name)];

/** GET: the app, and what its config looks like in a version. */
export const createGetApp = (dependencies: AppsDependencies) =>
  async function getApp(request: HttpRequest): Promise<Reply> {
    assertKnown(request);
    const { apps } = dependencies;
    const app = mustFindApp(dependencies, request);
    await requireOnApp(dependencies, request, 'read', app);
    const version = queryText(request, 'version') ?? 'current';
    const files = apps.files(app.slug, version === 'current' ? app.current : version);
    if (!files) throw appNotFound(app.slug, { version });
    return { body: { ...appDocument(app, apps.versions(app.slug)), config: configForm(files) } };
  };

/** DELETE: it can be installed no more. Where it is installed, the last release goes on serving. */
export const createDeleteApp = (dependencies: AppsDependencies) =>
  async function deleteApp(request: HttpRequest): Promise<Reply> {
    assertKnown(request);
    const app = mustFindApp(dependencies, request);
    const { slug } = app;
    await requireOnApp(dependencies, request, 'delete', app);
    await dependencies.apps.remove(slug);
    await dependencies.redeploy(slug);
    await tellOfApp(dependencies, request, app, { type: 'apps.deleted', payload: { appSlug: slug } });
    return { body: { id: slug } };
  };

function mustFindApp({ apps }: Pick<AppsDependencies, 'apps'>, { params }: HttpRequest): PublishedApp {
  const slug = params['appSlug'] ?? '';
  const app = apps.find(slug);
  if (!app) throw appNotFound(slug);
  return app;
}

export function appNotFound(
  slug: string,
  { version, hint }: { readonly version?: string; readonly hint?: string | undefined } = {},
): PlatformError {
  const [name, wanted] = [slug.slice(0, 100), version?.slice(0, 100)];
  const reason = wanted === undefined ? `There is no app ${name}` : `The app ${name} has no version ${wanted}`;
  const mend = hint ?? (wanted === undefined ? 'GET /v2/apps lists them' : `GET /v2/apps/${name} lists them`);
  return fail('ObjectNotFoundError', `${reason}; ${mend}`, {
    subjectType: 'apps',
    query: { slug: name, ...(wanted !== undefined && { version: wanted }) },
  });
}
