import { isObject, type Json, type JsonObject } from '../../../shared/core/json';
import { readDocument } from '../../../shared/core/workspaces/read-document';
import type { AppVersion, PublishedApp } from '../../../shared/ports/app-store';
import type { Texts } from '../../../shared/ports/deployments';
import { indexFile } from '../documents';

const iso = (at: number): string => new Date(at).toISOString();

/** As callers get it, without what is in it. */
export const appDocument = (app: PublishedApp, versions: readonly AppVersion[]): JsonObject => ({
  workspaceId: app.workspaceId,
  slug: app.slug,
  ...app.shown,
  versions: versions.map(({ name, createdAt }) => ({ name, createdAt: iso(createdAt) })),
  createdAt: iso(app.createdAt),
  ...(app.createdBy !== undefined && { createdBy: app.createdBy }),
  updatedAt: iso(app.updatedAt),
  ...(app.updatedBy !== undefined && { updatedBy: app.updatedBy }),
});

export const indexIn = (files: Texts): JsonObject => readDocument(files[indexFile(files)]);

/** What installers have to know of an app's config; its values are its own. */
export function configForm(files: Texts): JsonObject {
  const { config } = indexIn(files);
  const { schema, block } = isObject(config) ? config : {};
  return { ...shown('schema', schema), ...shown('block', block) };
}

const shown = (name: string, value: Json | undefined): JsonObject => (value == null ? {} : { [name]: value });
