import { CURRENT_VERSION } from '../../../shared/core/workspaces/compile-import';
import { compileParts, type WorkspaceParts } from '../../../shared/core/workspaces/compile-parts';
import type { Json } from '../../../shared/core/json';
import type { Texts } from '../../../shared/ports/deployments';
import type { WorkspaceRecords } from '../../../shared/ports/workspace-records';
import { slugOf } from '../documents';
import { indexIn } from './app-documents';
import type { AppsDependencies } from './dependencies';

/** An app as installers meet it: published, or a folder beside them. */
export interface FoundApp {
  readonly slug: string;
  /** Who has it. */
  readonly workspaceId: string;
  readonly files: Texts;
  readonly photo?: Json;
}

/** A folder is an app to all beside it; what somebody made over HTTP is theirs alone until they publish it. */
export const isOpenFolder = (records: Pick<WorkspaceRecords, 'workspaceAudit'>, workspaceId: string): boolean =>
  records.workspaceAudit(workspaceId).createdAt === undefined;

/** What an import of this app gets; null when there is no such app, or not in this version. */
export function findApp(
  { apps, deployments, records }: Pick<AppsDependencies, 'apps' | 'deployments' | 'records'>,
  slug: string,
  version: string = CURRENT_VERSION,
): FoundApp | null {
  const app = apps.find(slug);
  if (app) {
    const { photo } = app.shown;
    const files = apps.files(slug, version === CURRENT_VERSION ? app.current : version);
    return files && { slug, workspaceId: app.workspaceId, files, ...(photo !== undefined && { photo }) };
  }
  if (version !== CURRENT_VERSION) return null;
  const views = [slug, ...deployments.list()].flatMap((id) => deployments.view(id) ?? []);
  const view = views.find(
    (one) => [one.workspaceId, slugOf(one)].includes(slug) && isOpenFolder(records, one.workspaceId),
  );
  if (!view) return null;
  const { photo } = indexIn(view.files);
  return { slug, workspaceId: view.workspaceId, files: view.files, ...(photo != null && { photo }) };
}

/** Files of a version never change: what was compiled once is there as long as they are. */
const compiled = new WeakMap<Texts, WorkspaceParts>();

export function partsOf({ workspaceId, files }: FoundApp): WorkspaceParts {
  const parts = compiled.get(files) ?? compileParts({ workspaceId, files });
  compiled.set(files, parts);
  return parts;
}
