import { didYouMean, nearestName } from '../../../shared/core/automation/nearest-name';
import { fail, type PlatformError } from '../../../shared/core/errors/errors';
import { isObject, type JsonObject } from '../../../shared/core/json';
import { editYaml, toYaml } from '../../../shared/core/workspaces/edit-yaml';
import type { Change, FileChanges, WorkspaceView } from '../../../shared/ports/deployments';
import type { HttpRequest, Reply } from '../../http/contract';
import { authorise, workspaceNotFound } from '../authorise';
import { AUDIT_FIELDS, checkBody, withoutFields } from '../check-body';
import { diagnosticsJson } from '../documents';
import { isStrict } from '../query';
import { refusing } from '../refusal';
import { fileFor } from '../workspace-fields';
import { mayReadApp, requireOnApp } from './authorise-app';
import { checkConfig } from './check-config';
import type { AppsDependencies } from './dependencies';
import { findApp, type FoundApp } from './find-app';
import {
  appOf,
  configOf,
  findInstance,
  instanceDocument,
  instanceRow,
  instancesOf,
  mustFindInstance,
  type FoundInstance,
} from './instance-documents';
import { appNotFound } from './published-apps';

const NOT_IN_FILE = ['slug', 'photo', ...AUDIT_FIELDS];

const slugParam = (request: HttpRequest): string => request.params['instanceSlug'] ?? '';

/** POST: installs an app under a name. */
export const createInstallApp = (dependencies: AppsDependencies) =>
  async function installApp(request: HttpRequest): Promise<Reply> {
    await authorise(dependencies, request, 'update');
    const body = checkBody(request.body);
    const { slug, appSlug } = body;
    const fields = Object.entries({ slug, appSlug }).flatMap(([name, value]) => (value === undefined ? [name] : []));
    if (typeof slug !== 'string' || typeof appSlug !== 'string')
      throw fail('MissingFieldError', `An app instance needs: ${fields.join(', ')}`, { fields });
    const document = instancePart(body);
    const file = fileFor('imports', slug);
    await assertInstallable(dependencies, request, { document });
    const { after } = await change(dependencies, request, (view) => {
      if (findInstance(view, slug))
        throw fail('AlreadyUsedError', `There is an app instance ${slug} already`, { slug });
      return { message: `app ${appSlug} installed as ${slug}`, changes: { [file]: toYaml(document) } };
    });
    return saved(dependencies, after, slug);
  };

/** GET: what is installed, and what of it can be used here. */
export const createListInstances = (dependencies: AppsDependencies) =>
  async function listAppInstances(request: HttpRequest): Promise<Reply> {
    const view = await authorise(dependencies, request, 'read');
    return {
      body: instancesOf(view).flatMap((one) => {
        const app = appInstalled(dependencies, one);
        return app ? [instanceRow(one, app)] : [];
      }),
    };
  };

export const createGetInstance = (dependencies: AppsDependencies) =>
  async function getAppInstance(request: HttpRequest): Promise<Reply> {
    const found = mustFindInstance(await authorise(dependencies, request, 'read'), slugParam(request));
    return { body: instanceDocument(found, appInstalled(dependencies, found)) };
  };

/** PATCH: keys at the top are replaced, `null` takes one away; another `slug` renames, another version upgrades. */
export const createUpdateInstance = (dependencies: AppsDependencies) =>
  async function updateAppInstance(request: HttpRequest): Promise<Reply> {
    const view = await authorise(dependencies, request, 'update');
    const body = checkBody(request.body);
    const oldSlug = slugParam(request);
    const slug = typeof body['slug'] === 'string' ? body['slug'] : oldSlug;
    const patch = instancePart(body);
    const patched = ({ document }: FoundInstance): JsonObject =>
      Object.fromEntries(
        Object.entries({ ...withoutFields(document, ['slug']), ...patch }).filter(([, value]) => value !== null),
      );
    const known = mustFindInstance(view, oldSlug);
    if (['appSlug', 'appVersion', 'config'].some((field) => field in patch))
      await assertInstallable(dependencies, request, { document: patched(known) });
    const { after } = await change(dependencies, request, (now) => {
      const found = mustFindInstance(now, oldSlug);
      if (slug !== oldSlug && findInstance(now, slug))
        throw fail('AlreadyUsedError', `There is an app instance ${slug} already`, { slug });
      const file = slug === oldSlug ? found.file : fileFor('imports', slug);
      const gone: FileChanges = file === found.file ? {} : { [found.file]: null };
      const message = slug === oldSlug ? `app instance ${slug} saved` : `app instance ${oldSlug} renamed to ${slug}`;
      return { message, changes: { ...gone, [file]: editYaml(found.text, patched(found)) } };
    });
    return saved(dependencies, after, slug);
  };

export const createGetInstanceConfig = (dependencies: AppsDependencies) =>
  async function getAppInstanceConfig(request: HttpRequest): Promise<Reply> {
    const found = mustFindInstance(await authorise(dependencies, request, 'read'), slugParam(request));
    return { body: configOf(found) };
  };

/** PATCH: its keys go over those that are there. */
export const createUpdateInstanceConfig = (dependencies: AppsDependencies) =>
  async function updateAppInstanceConfig(request: HttpRequest): Promise<Reply> {
    const view = await authorise(dependencies, request, 'update');
    const slug = slugParam(request);
    const patch = checkBody(request.body);
    const merged = (found: FoundInstance): JsonObject => ({
      ...withoutFields(found.document, ['slug']),
      config: { ...configOf(found), ...patch },
    });
    await assertInstallable(dependencies, request, { document: merged(mustFindInstance(view, slug)) });
    const { after } = await change(dependencies, request, (now) => {
      const found = mustFindInstance(now, slug);
      return {
        message: `app instance ${slug} configured`,
        changes: { [found.file]: editYaml(found.text, merged(found)) },
      };
    });
    return saved(dependencies, after, slug);
  };

export const createUninstallApp = (dependencies: AppsDependencies) =>
  async function uninstallApp(request: HttpRequest): Promise<Reply> {
    await authorise(dependencies, request, 'update');
    const slug = slugParam(request);
    await change(dependencies, request, (view) => ({
      message: `app instance ${slug} uninstalled`,
      changes: { [mustFindInstance(view, slug).file]: null },
    }));
    return { body: { id: slug } };
  };

/** What of a body goes into the file. A client may send back the `config` that it got: its value counts. */
function instancePart(body: JsonObject): JsonObject {
  const part = withoutFields(body, NOT_IN_FILE);
  const { config } = part;
  const isForm =
    isObject(config) && isObject(config['value']) && Object.keys(config).every((key) => FORM.includes(key));
  return isForm ? { ...part, config: config['value'] ?? {} } : part;
}

const FORM = ['schema', 'block', 'value'];

/** @throws ObjectNotFoundError · ForbiddenError · RequestValidationError */
async function assertInstallable(
  dependencies: AppsDependencies,
  request: HttpRequest,
  found: Pick<FoundInstance, 'document'>,
): Promise<void> {
  const { appSlug, appVersion } = appOf(found);
  const app = findApp(dependencies, appSlug, appVersion);
  if (!app) throw await notInstallable(dependencies, request, { appSlug, appVersion });
  await requireOnApp(dependencies, request, 'read', app);
  checkConfig(dependencies, app, configOf(found));
}

/** With the name that was meant, of apps that the caller may know of. */
async function notInstallable(
  dependencies: AppsDependencies,
  request: HttpRequest,
  { appSlug, appVersion }: ReturnType<typeof appOf>,
): Promise<PlatformError> {
  const { apps } = dependencies;
  if (findApp(dependencies, appSlug)) {
    const versions = apps.versions(appSlug).map(({ name }) => name);
    return appNotFound(appSlug, { version: appVersion ?? '', hint: didYouMean(appVersion ?? '', versions) });
  }
  const readable: string[] = [];
  for (const app of apps.list())
    if (nearestName(appSlug, [app.slug]) && (await mayReadApp(dependencies, request, app))) readable.push(app.slug);
  return appNotFound(appSlug, { hint: didYouMean(appSlug, readable) });
}

function appInstalled(dependencies: AppsDependencies, found: FoundInstance): FoundApp | null {
  const { appSlug, appVersion } = appOf(found);
  return findApp(dependencies, appSlug, appVersion);
}

const change = (
  { deployments }: AppsDependencies,
  request: HttpRequest,
  edit: (view: WorkspaceView) => { readonly message: string; readonly changes: FileChanges },
): Promise<Change> => {
  const workspaceId = request.params['workspaceId'] ?? '';
  const strict = isStrict(request);
  return refusing({ strict, json: true }, () =>
    deployments.change(workspaceId, (view) => {
      if (!view) throw workspaceNotFound(workspaceId);
      const { userId } = request.caller;
      return { ...edit(view), strict, ...(userId !== undefined && { by: userId }) };
    }),
  );
};

function saved(dependencies: AppsDependencies, after: WorkspaceView, slug: string): Reply {
  const found = mustFindInstance(after, slug);
  return {
    body: {
      ...instanceDocument(found, appInstalled(dependencies, found)),
      diagnostics: diagnosticsJson(after.diagnostics),
    },
  };
}
