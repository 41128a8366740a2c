import { editYaml, toYaml } from '../../shared/core/workspaces/edit-yaml';
import { readDocument } from '../../shared/core/workspaces/read-document';
import type { PublishedApp } from '../../shared/ports/app-store';
import type { Texts } from '../../shared/ports/deployments';
import type { HttpRequest, Reply } from '../http/contract';
import { authorise } from './authorise';
import type { WorkspacesDependencies } from './dependencies';
import { indexFile, withoutCredentials } from './documents';
import { filesOfVersion } from './versions';
import { writeZip } from './zip';

/** POST versions/…/export: the files as they are, below a folder with the version's name. */
export const createExportWorkspace = (dependencies: WorkspacesDependencies) =>
  async function exportWorkspace(request: HttpRequest): Promise<Reply> {
    const view = await authorise(dependencies, request, 'read');
    const { workspaceId } = view;
    const version = request.params['versionId'] ?? 'current';
    const files = filesOfVersion(dependencies, view, version);
    const app = dependencies.apps.ofWorkspace(workspaceId);
    return zipReply(`${workspaceId}-${version}.zip`, await writeZip(archiveOf(files, { version, app })));
  };

export const zipReply = (name: string, content: Uint8Array): Reply => ({
  headers: { 'content-disposition': `attachment; filename=${name}` },
  bytes: { type: 'application/zip', content },
});

/** Entries of an archive -> texts. Of a workspace that is an app it says as which it is published. */
export function archiveOf(
  files: Texts,
  { version, app }: { readonly version: string; readonly app: PublishedApp | null },
): Texts {
  const { '.import.yml': known, ...others } = shareable(files);
  const published = app ? toYaml(appOf(app)) : known;
  const all = { ...others, ...(published !== undefined && { [APP_FILE]: published }) };
  return Object.fromEntries(Object.entries(all).map(([path, text]) => [`${version}/${path}`, text]));
}

/** Of an archive: the app that it is published as. */
export const APP_FILE = '.import.yml';

const appOf = ({ slug, shown }: PublishedApp) => ({
  slug,
  ...(shown['name'] !== undefined && { name: shown['name'] }),
  ...(shown['description'] !== undefined && { description: shown['description'] }),
});

/** Credentials of repositories do not leave with the files. */
export function shareable(files: Texts): Texts {
  const file = indexFile(files);
  const index = readDocument(files[file]);
  const without = withoutCredentials(index);
  return without === index ? files : { ...files, [file]: editYaml(files[file] ?? '', without) };
}
