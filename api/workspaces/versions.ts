import { fail } from '../../shared/core/errors/errors';
import { isObject, type Json, type JsonObject } from '../../shared/core/json';
import { compileParts } from '../../shared/core/workspaces/compile-parts';
import { compareFiles } from '../../shared/core/workspaces/merge-files';
import type { Texts, WorkspaceView } from '../../shared/ports/deployments';
import type { Version } from '../../shared/ports/workspace-records';
import type { HttpRequest, Reply } from '../http/contract';
import { announce } from '../http/announce';
import { shareable } from './archives';
import { authorise, may, workspaceNotFound } from './authorise';
import { checkBody } from './check-body';
import type { WorkspacesDependencies } from './dependencies';
import { reportImport } from './import-archive';
import { planImport, pulledIndex, type ImportPlan } from './import-files';
import { queryText } from './query';
import { pullRepository, pushRepository } from './repositories';

const CURRENT = 'current';
const LATEST = 'latest';
const NAME = /^[a-zA-Z0-9_.-]{1,15}$/;

const versionParam = (request: HttpRequest): string => request.params['versionId'] ?? '';

const unknownVersion = (name: string) =>
  fail('InvalidVersionError', `There is no version ${name.slice(0, 100)}`, { version: name.slice(0, 100) });

/** @throws InvalidVersionError */
export function filesOfVersion(
  { records }: Pick<WorkspacesDependencies, 'records'>,
  view: WorkspaceView,
  name: string,
): Texts {
  if (name === CURRENT) return view.files;
  const wanted = name === LATEST ? records.versions(view.workspaceId)[0]?.name : name;
  const found = wanted === undefined ? null : records.version(view.workspaceId, wanted);
  if (!found) throw unknownVersion(name);
  return found.files;
}

/** A version as it was, compiled for reading. */
export async function versionView(
  dependencies: Pick<WorkspacesDependencies, 'records' | 'deployments'>,
  workspaceId: string,
  name: string,
): Promise<WorkspaceView> {
  const view = dependencies.deployments.view(workspaceId);
  if (!view) throw workspaceNotFound(workspaceId);
  const files = filesOfVersion(dependencies, view, name);
  const parts = compileParts({ workspaceId, files });
  return { workspaceId, files, parts, diagnostics: parts.diagnostics, release: null };
}

const versionJson = ({ name, createdAt, createdBy, description, repository, release }: Version): JsonObject => ({
  name,
  createdAt: new Date(createdAt).toISOString(),
  description,
  ...(createdBy !== undefined && { createdBy }),
  ...(repository && { repository: { ...repository } }),
  ...(release !== undefined && { release }),
});

export const createListVersions = (dependencies: WorkspacesDependencies) =>
  async function listVersions(request: HttpRequest): Promise<Reply> {
    const { workspaceId } = await authorise(dependencies, request, 'read');
    return { body: dependencies.records.versions(workspaceId).map(versionJson) };
  };

/** POST: the files as they are now, under a name; into a repository too, if one is given. */
export const createPublishVersion = (dependencies: WorkspacesDependencies) =>
  async function publishVersion(request: HttpRequest): Promise<Reply> {
    const { records, deployments, settings } = dependencies;
    const { workspaceId } = await authorise(dependencies, request, 'update');
    const body = checkBody(request.body);
    const name = nameOf(body, records.versions(workspaceId));
    const description = typeof body['description'] === 'string' ? body['description'] : '';
    const repository = repositoryIn(body);
    let version: Version | undefined;
    // In the workspace's turn: the files are those of one save, not of two.
    await deployments.change(workspaceId, async (view) => {
      if (!view) throw workspaceNotFound(workspaceId);
      const { userId } = request.caller;
      const commit =
        repository === undefined
          ? undefined
          : await pushRepository(dependencies, view, {
              ...repository,
              message: description || name,
              author: userId ?? 'unknown',
              tag: name,
            });
      version = {
        name,
        createdAt: Date.now(),
        description,
        ...(userId !== undefined && { createdBy: userId }),
        ...(repository && commit !== undefined && { repository: { id: repository.id, commit } }),
        ...(view.release && { release: view.release.digest }),
      };
      await records.putVersion(workspaceId, version, view.files, settings.maximumVersions);
      return null;
    });
    if (!version) throw new Error('cannot happen: a version that was not made');
    const shown = versionJson(version);
    await announce(dependencies, request, [
      { workspaceId, type: 'workspaces.versions.published', payload: { version: shown } },
    ]);
    return { body: shown };
  };

/** Made of the date: `11-21-2026.1-1795...`. */
export function generatedName(versions: readonly Pick<Version, 'name'>[]): string {
  const now = new Date();
  const day = `${now.getUTCMonth() + 1}-${now.getUTCDate()}-${now.getUTCFullYear()}`;
  const before = versions.filter((one) => one.name.startsWith(`${day}.`)).length;
  return `${day}.${before + 1}-${now.getTime()}`;
}

/** Given, or made of the date. @throws InvalidVersionError */
function nameOf({ name }: JsonObject, versions: readonly Version[]): string {
  if (name === undefined || name === null) return generatedName(versions);
  if (typeof name !== 'string' || !NAME.test(name) || [CURRENT, LATEST, '.', '..'].includes(name))
    throw fail(
      'InvalidVersionError',
      'A version is named with 1 to 15 letters, digits, `_`, `.` and `-`; `current` and `latest` are taken',
      { name },
    );
  if (versions.some((one) => one.name === name))
    throw fail('InvalidVersionError', `There is a version ${name} already`, { name });
  return name;
}

/** `repository: {id, force?, resolve?}` of a body. */
export function repositoryIn({
  repository,
}: JsonObject): { readonly id: string; readonly force: boolean; readonly resolve?: Json } | undefined {
  if (!isObject(repository)) return undefined;
  const { id, force, resolve } = repository;
  if (typeof id !== 'string')
    throw fail('MissingFieldError', 'A repository is named by its id', { fields: ['repository.id'] });
  return { id, force: force === true, ...(resolve !== undefined && { resolve }) };
}

export const createDeleteVersion = (dependencies: WorkspacesDependencies) =>
  async function deleteVersion(request: HttpRequest): Promise<Reply> {
    const { workspaceId } = await authorise(dependencies, request, 'update');
    const name = versionParam(request);
    const version = dependencies.records.versions(workspaceId).find((one) => one.name === name);
    if (!version || !(await dependencies.records.deleteVersion(workspaceId, name))) throw unknownVersion(name);
    await announce(dependencies, request, [
      { workspaceId, type: 'workspaces.versions.deleted', payload: { version: versionJson(version) } },
    ]);
    return { body: { id: name } };
  };

/** GET: file by file what differs between two versions, or a version and what is now. */
export const createCompareVersions = (dependencies: WorkspacesDependencies) =>
  async function compareVersions(request: HttpRequest): Promise<Reply> {
    const view = await authorise(dependencies, request, 'read');
    const [from, to] = [versionParam(request), queryText(request, 'with') ?? CURRENT];
    const [before, after] = [from, to].map((name) => shareable(filesOfVersion(dependencies, view, name)));
    return { body: { from, to, files: compareFiles(before ?? {}, after ?? {}) as unknown as Json } };
  };

/** POST …/pull: rolls back to a version, or takes over what a repository holds. New runs take it, parked ones stay on theirs. */
export const createPullVersion = (dependencies: WorkspacesDependencies) =>
  async function pullVersion(request: HttpRequest): Promise<Reply> {
    const { workspaceId } = await authorise(dependencies, request, 'update');
    const { deployments, records } = dependencies;
    const name = versionParam(request);
    const repository = repositoryIn(checkBody(request.body ?? {}));
    if (name === CURRENT) throw fail('InvalidVersionError', 'What is current is there already', { version: name });
    let plan: ImportPlan | undefined;
    let settle: (() => Promise<void>) | undefined;
    const { after } = await deployments.change(workspaceId, async (view) => {
      if (!view) throw workspaceNotFound(workspaceId);
      const pulled = repository
        ? await pullRepository(dependencies, view, { ...repository, ref: name === LATEST ? undefined : name })
        : { files: filesOfVersion(dependencies, view, name), isKept: () => false };
      plan = await planImport(deployments, {
        ...{ workspaceId, own: view.files, incoming: pulled.files, index: pulledIndex },
        deletes: (path) => !pulled.isKept(path),
        keepsSecurity: !(await may(dependencies, request.caller, 'manage_security', workspaceId)),
      });
      if ('synced' in pulled) settle = () => records.putSynced(workspaceId, repository?.id ?? '', pulled.synced);
      const { userId } = request.caller;
      const version = repository ? undefined : name === LATEST ? records.versions(workspaceId)[0]?.name : name;
      return {
        changes: plan.changes,
        message: repository ? `pulled from ${repository.id}` : `rolled back to ${version}`,
        ...(version !== undefined && { version }),
        ...(userId !== undefined && { by: userId }),
      };
    });
    await settle?.();
    return { body: await reportImport(dependencies, request, { after, ...(plan && { plan }), version: name }) };
  };
