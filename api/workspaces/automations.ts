import { fail } from '../../shared/core/errors/errors';
import { type Json, type JsonObject } from '../../shared/core/json';
import { toYaml } from '../../shared/core/workspaces/edit-yaml';
import { readDocument, unwrapAutomation } from '../../shared/core/workspaces/read-document';
import { automationSlug, firstName, freeSlug } from '../../shared/core/workspaces/slug-from-name';
import type { Change, Edit, WorkspaceView } from '../../shared/ports/deployments';
import type { HttpRequest, Reply } from '../http/contract';
import { announce } from '../http/announce';
import { authorise, workspaceNotFound } from './authorise';
import { deletedEvent, editAutomation, savedEvent } from './automation-edits';
import { checkBody } from './check-body';
import type { WorkspacesDependencies } from './dependencies';
import { automationDocument, diagnosticsJson, findAutomation, type FoundAutomation } from './documents';
import { assertMatches, etagOf } from './etag';
import { isStrict } from './query';
import { refusing } from './refusal';
import { fileFor, newAutomation } from './workspace-fields';

const slugParam = (request: HttpRequest): string => request.params['automationSlug'] ?? '';

const automationNotFound = (workspaceId: string, slug: string) =>
  fail('ObjectNotFoundError', `There is no automation ${slug.slice(0, 200)}`, {
    subjectType: 'automations',
    query: { workspaceId, slug: slug.slice(0, 200) },
  });

function mustFind(view: WorkspaceView, slug: string): FoundAutomation {
  const found = findAutomation(view, slug);
  if (!found) throw automationNotFound(view.workspaceId, slug);
  return found;
}

export const createCreateAutomation = (dependencies: WorkspacesDependencies) =>
  async function createAutomation(request: HttpRequest): Promise<Reply> {
    await authorise(dependencies, request, 'update');
    const body = checkBody(request.body);
    let slug = '';
    const { after } = await change(dependencies, request, { json: true }, (view) => {
      slug = newSlug(view, body);
      return {
        message: `automation ${slug} created`,
        changes: { [fileFor('automations', slug)]: toYaml(newAutomation(body)) },
      };
    });
    return saved(dependencies, request, { after, slug, isNew: true });
  };

/** Given, or made of the name; a given one must be free. */
function newSlug(view: WorkspaceView, { slug, name }: JsonObject): string {
  const isTaken = (one: string): boolean => findAutomation(view, one) !== undefined;
  if (typeof slug === 'string') {
    if (isTaken(slug)) throw fail('AlreadyUsedError', `There is an automation ${slug} already`, { slug });
    return slug;
  }
  return freeSlug(automationSlug(firstName(name)) || 'automation', isTaken);
}

export const createGetAutomation = (dependencies: WorkspacesDependencies) =>
  async function getAutomation(request: HttpRequest): Promise<Reply> {
    const view = await authorise(dependencies, request, 'read');
    const found = mustFind(view, slugParam(request));
    const audit = dependencies.records.workspaceAudit(view.workspaceId, found.file);
    return { headers: { etag: etagOf(found) }, body: automationDocument(found, audit) };
  };

/** PATCH: the document sent is the whole automation; another `slug` in it renames. */
export const createUpdateAutomation = (dependencies: WorkspacesDependencies) =>
  async function updateAutomation(request: HttpRequest): Promise<Reply> {
    await authorise(dependencies, request, 'update');
    const body = checkBody(request.body);
    const oldSlug = slugParam(request);
    const slug = typeof body['slug'] === 'string' ? body['slug'] : oldSlug;
    const { changed, after } = await change(dependencies, request, { json: true }, (view) => {
      const found = mustFind(view, oldSlug);
      assertMatches(dependencies.records, request, view, found);
      if (slug !== oldSlug && findAutomation(view, slug))
        throw fail('AlreadyUsedError', `There is an automation ${slug} already`, { slug });
      const file = slug === oldSlug ? found.file : fileFor('automations', slug);
      const edited = editAutomation(found, slug, body);
      const message = slug === oldSlug ? `automation ${slug} saved` : `automation ${oldSlug} renamed to ${slug}`;
      if (file === found.file) return { message, changes: { [file]: edited } };
      return { message, changes: { [found.file]: null, [file]: edited }, renamed: { [file]: found.file } };
    });
    return saved(dependencies, request, { after, slug, isNew: false, oldSlug, silent: !changed });
  };

export const createDeleteAutomation = (dependencies: WorkspacesDependencies) =>
  async function deleteAutomation(request: HttpRequest): Promise<Reply> {
    await authorise(dependencies, request, 'update');
    const slug = slugParam(request);
    const { after } = await change(dependencies, request, { json: true }, (view) => {
      const found = mustFind(view, slug);
      assertMatches(dependencies.records, request, view, found);
      return { message: `automation ${slug} deleted`, changes: { [found.file]: null } };
    });
    await announce(dependencies, request, [deletedEvent(after.workspaceId, slug)]);
    return { body: { slug } };
  };

/** The text as it was written, comments and all. */
export const createGetSource = (dependencies: WorkspacesDependencies) =>
  async function getAutomationSource(request: HttpRequest): Promise<Reply> {
    const found = mustFind(await authorise(dependencies, request, 'read'), slugParam(request));
    return { headers: { etag: etagOf(found) }, text: { type: 'application/yaml; charset=utf-8', content: found.text } };
  };

/** PUT: the text is stored as it is. A slug that is not there yet is created. */
export const createPutSource = (dependencies: WorkspacesDependencies) =>
  async function putAutomationSource(request: HttpRequest): Promise<Reply> {
    await authorise(dependencies, request, 'update');
    const slug = slugParam(request);
    const text = textOf(request.body);
    assertNamed(text, slug);
    let isNew = false;
    const { changed, after } = await change(dependencies, request, { json: false }, (view) => {
      const found = findAutomation(view, slug);
      isNew = found === undefined;
      assertMatches(dependencies.records, request, view, found);
      const file = found?.file ?? fileFor('automations', slug);
      return { message: `automation ${slug} ${isNew ? 'created' : 'saved'}`, changes: { [file]: text } };
    });
    const { body } = await saved(dependencies, request, { after, slug, isNew, silent: !changed });
    const found = mustFind(after, slug);
    const { diagnostics, ...automation } = body as JsonObject;
    const etag = etagOf(found);
    return { headers: { etag }, body: { automation, diagnostics: diagnostics ?? [], etag } };
  };

function textOf(body: Json | undefined): string {
  if (typeof body === 'string') return body;
  throw fail('RequestValidationError', 'Send the YAML text itself, as text/yaml or application/yaml', [
    { path: '/body', message: 'must be a text', errorCode: 'type.openapi.validation' },
  ]);
}

/** A key around the automation names it: it may say nothing else than the address does. */
function assertNamed(text: string, slug: string): void {
  // One with a name of its own stands below no key: spares most saves a parse.
  if (/^name\s*:/m.test(text)) return;
  const { key } = unwrapAutomation(readDocument(text));
  if (key !== undefined && key !== slug)
    throw fail('InvalidSlugError', `The text is that of ${key.slice(0, 200)}, not of ${slug.slice(0, 200)}`, { slug });
}

type Draft = Pick<Edit, 'changes' | 'message' | 'renamed'>;

const change = (
  { deployments }: WorkspacesDependencies,
  request: HttpRequest,
  { json }: { readonly json: boolean },
  edit: (view: WorkspaceView) => Draft,
): Promise<Change> => {
  const workspaceId = request.params['workspaceId'] ?? '';
  const strict = isStrict(request);
  return refusing({ strict, json }, () =>
    deployments.change(workspaceId, (view) => {
      if (!view) throw workspaceNotFound(workspaceId);
      const { userId } = request.caller;
      return { ...edit(view), strict, ...(userId !== undefined && { by: userId }) };
    }),
  );
};

interface Saved {
  readonly after: WorkspaceView;
  readonly slug: string;
  readonly isNew: boolean;
  readonly oldSlug?: string;
  /** It said so already: nobody is told. */
  readonly silent?: boolean;
}

async function saved(dependencies: WorkspacesDependencies, request: HttpRequest, how: Saved): Promise<Reply> {
  const { after, slug, silent } = how;
  const found = mustFind(after, slug);
  if (!silent) await announce(dependencies, request, [savedEvent(after, found, how)]);
  const audit = dependencies.records.workspaceAudit(after.workspaceId, found.file);
  return {
    headers: { etag: etagOf(found) },
    body: { ...automationDocument(found, audit), diagnostics: diagnosticsJson(after.diagnostics) },
  };
}
