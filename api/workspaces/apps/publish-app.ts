import { fail } from '../../../shared/core/errors/errors';
import type { Json, JsonObject } from '../../../shared/core/json';
import type { AppVersion, PublishedApp } from '../../../shared/ports/app-store';
import type { Texts, WorkspaceView } from '../../../shared/ports/deployments';
import type { HttpRequest, Reply } from '../../http/contract';
import { shareable } from '../archives';
import { assertKnown, workspaceNotFound } from '../authorise';
import { checkBody } from '../check-body';
import { filesOfVersion, generatedName } from '../versions';
import { appDocument, indexIn } from './app-documents';
import { requireOnApp } from './authorise-app';
import { checkSchema } from './check-config';
import type { AppsDependencies } from './dependencies';
import { findApp } from './find-app';
import { tellOfApp } from './tell-of-app';

const SLUG = /^\w(?:[\w -]{0,58}[\w-])?$/;
const CURRENT = 'current';

/** POST: the files of a workspace, or of a version of it, become a version of the app, and the one that `current` means. */
export const createPublishApp = (dependencies: AppsDependencies) =>
  async function publishApp(request: HttpRequest): Promise<Reply> {
    const { apps, deployments, redeploy, settings } = dependencies;
    assertKnown(request);
    const body = checkBody(request.body);
    const workspaceId = String(body['workspaceId']);
    const now = deployments.view(workspaceId);
    if (!now) throw workspaceNotFound(workspaceId);
    const known = apps.ofWorkspace(workspaceId);
    await requireOnApp(dependencies, request, known ? 'update' : 'create', {
      slug: known?.slug ?? String(body['slug']),
      workspaceId,
    });
    const slug = slugOf(dependencies, body, workspaceId, known);
    // Not in the workspace's turn: others save while the photo is waited for.
    const { files: shownFiles } = versionToPublish(dependencies, now, slug, body['workspaceVersion']);
    await checkPhoto(dependencies, shownOf(body, shownFiles), known);
    let published: PublishedApp | undefined;
    // In the workspace's turn: the files are those of one save, not of two.
    await deployments.change(workspaceId, async (view) => {
      if (!view) throw workspaceNotFound(workspaceId);
      const { version, files, taken } = versionToPublish(dependencies, view, slug, body['workspaceVersion']);
      checkSchema(files);
      published = appOf({ slug, workspaceId, version, known, request, shown: shownOf(body, files) });
      await apps.publish(published, {
        ...{ version, files: taken ? null : files, keep: settings.maximumVersions },
      });
      return null;
    });
    if (!published) throw new Error('cannot happen: an app that was not published');
    const app = appDocument(published, apps.versions(slug));
    await redeploy(slug);
    await tellOfApp(dependencies, request, published, { type: 'apps.published', payload: { app } });
    return { body: app };
  };

/** @throws MissingFieldError · InvalidSlugError · AlreadyUsedError */
function slugOf(
  dependencies: AppsDependencies,
  { slug: given }: JsonObject,
  workspaceId: string,
  known: PublishedApp | null,
): string {
  const slug = given ?? known?.slug;
  if (slug === undefined)
    throw fail('MissingFieldError', 'The workspace is no app yet: give the `slug` that it is installed by', {
      fields: ['slug'],
    });
  if (typeof slug !== 'string' || !SLUG.test(slug))
    throw fail(
      'InvalidSlugError',
      `${JSON.stringify(slug).slice(0, 100)} cannot be the slug of an app: up to 60 letters, digits, \`_\`, \`-\` and blanks inside`,
      { slug },
    );
  if (known && known.slug !== slug)
    throw fail(
      'InvalidSlugError',
      `slug cannot be updated: the workspace is published as ${known.slug}; leave \`slug\` out, or delete that app first`,
      { slug },
    );
  // Whoever installs a folder by its name goes on getting that.
  const other = known ? null : findApp(dependencies, slug);
  if (other && other.workspaceId !== workspaceId)
    throw fail('AlreadyUsedError', `There is an app ${slug} already, of another workspace; choose another \`slug\``, {
      slug,
    });
  return slug;
}

interface ToPublish {
  readonly version: AppVersion;
  readonly files: Texts;
  /** It was published before, and comes into force again. */
  readonly taken: boolean;
}

/** @throws InvalidVersionError · AlreadyUsedError when the app has another version of this name */
function versionToPublish(
  { apps, records }: Pick<AppsDependencies, 'apps' | 'records'>,
  view: WorkspaceView,
  slug: string,
  wanted: Json | undefined,
): ToPublish {
  const { workspaceId } = view;
  if (typeof wanted !== 'string' || wanted === CURRENT) {
    const version = { name: generatedName(apps.versions(slug)), createdAt: Date.now() };
    return { version, files: published(view.files), taken: false };
  }
  const name = wanted === 'latest' ? (records.versions(workspaceId)[0]?.name ?? wanted) : wanted;
  const version = { name, createdAt: Date.now() };
  const before = apps.files(slug, name);
  // The workspace may have forgotten it since.
  if (before !== null && !records.version(workspaceId, name)) return { version, files: before, taken: true };
  const files = published(filesOfVersion({ records }, view, name));
  if (before === null) return { version, files, taken: false };
  if (!sameTexts(before, files))
    throw fail('AlreadyUsedError', `The app has a version ${name} with other files`, { version: name });
  return { version, files, taken: true };
}

const sameTexts = (a: Texts, b: Texts): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([path, text]) => b[path] === text);

/** Who may do what in the workspace, and its credentials, concern no installer. */
const published = (files: Texts): Texts =>
  Object.fromEntries(Object.entries(shareable(files)).filter(([path]) => !/^(security|\.import)\.ya?ml$/.test(path)));

/** @throws MissingFieldError */
function shownOf(body: JsonObject, files: Texts): JsonObject {
  const index = indexIn(files);
  const description = body['description'] ?? index['description'];
  const { photo, labels } = index;
  const fields = [...(isGiven(photo) ? [] : ['photo']), ...(isGiven(description) ? [] : ['description'])];
  if (fields.length > 0)
    throw fail(
      'MissingFieldError',
      `Before it is published, an app needs: ${fields.join(', ')}; save it in the workspace${fields.includes('description') ? ', or give the description here' : ''}`,
      { fields },
    );
  return {
    name: body['name'] ?? index['name'] ?? '',
    description: description ?? '',
    photo: photo ?? '',
    labels: Array.isArray(labels) ? labels : [],
  };
}

/** One that was published with the same photo before is not asked for again. @throws InvalidFile */
async function checkPhoto(
  { lookAtPhoto }: Pick<AppsDependencies, 'lookAtPhoto'>,
  { photo }: JsonObject,
  known: PublishedApp | null,
): Promise<void> {
  if (typeof photo !== 'string' || !/^https?:/.test(photo) || photo === known?.shown['photo']) return;
  const reason = await lookAtPhoto(photo);
  if (reason !== null)
    throw fail('InvalidFile', `The photo of the workspace is no image: ${photo.slice(0, 200)} ${reason}`, {
      field: 'photo',
    });
}

const isGiven = (value: Json | undefined): boolean => value !== undefined && value !== null && value !== '';

interface Publication extends Pick<PublishedApp, 'slug' | 'workspaceId' | 'shown'> {
  readonly version: AppVersion;
  readonly known: PublishedApp | null;
  readonly request: HttpRequest;
}

function appOf({ slug, workspaceId, shown, version, known, request }: Publication): PublishedApp {
  const { userId } = request.caller;
  const createdBy = known ? known.createdBy : userId;
  return {
    ...{ slug, workspaceId, shown, current: version.name },
    ...{ createdAt: known?.createdAt ?? version.createdAt, updatedAt: version.createdAt },
    ...(createdBy !== undefined && { createdBy }),
    ...(userId !== undefined && { updatedBy: userId }),
  };
}
