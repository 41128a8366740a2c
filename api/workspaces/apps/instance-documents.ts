import { didYouMean } from '../../../shared/core/automation/nearest-name';
import { isObject, type Json, type JsonObject } from '../../../shared/core/json';
import { instanceOfFile } from '../../../shared/core/workspaces/compile-import';
import { eventsOfParts } from '../../../shared/core/workspaces/events-of-parts';
import { readDocument } from '../../../shared/core/workspaces/read-document';
import { fail } from '../../../shared/core/errors/errors';
import type { WorkspaceView } from '../../../shared/ports/deployments';
import { automationOf, automationsOf } from '../documents';
import { configForm, indexIn } from './app-documents';
import { partsOf, type FoundApp } from './find-app';

/** One file of `imports/`. */
export interface FoundInstance {
  readonly slug: string;
  readonly file: string;
  readonly text: string;
  readonly document: JsonObject;
}

export function instancesOf({ files }: WorkspaceView): readonly FoundInstance[] {
  return Object.entries(files).flatMap(([file, text]) => {
    const slug = instanceOfFile(file);
    return slug === null ? [] : [{ slug, file, text, document: readDocument(text) }];
  });
}

export const findInstance = (view: WorkspaceView, slug: string): FoundInstance | undefined =>
  instancesOf(view).find((one) => one.slug === slug);

/** @throws ObjectNotFoundError */
export function mustFindInstance(view: WorkspaceView, slug: string): FoundInstance {
  const found = findInstance(view, slug);
  if (found) return found;
  const hint = didYouMean(
    slug,
    instancesOf(view).map((one) => one.slug),
  );
  throw fail(
    'ObjectNotFoundError',
    `There is no app instance ${slug.slice(0, 200)}${hint === undefined ? '' : `; ${hint}`}`,
    {
      subjectType: 'apps',
      query: { workspaceId: view.workspaceId, slug: slug.slice(0, 200) },
    },
  );
}

export const configOf = ({ document }: Pick<FoundInstance, 'document'>): JsonObject => {
  const { config } = document;
  return isObject(config) ? config : {};
};

/** Name of the app and of its version, as the import says. */
export const appOf = ({ document }: Pick<FoundInstance, 'document'>) => ({
  appSlug: textOf(document['appSlug']) ?? '',
  appVersion: textOf(document['appVersion']),
});

const textOf = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

/** The whole instance; of an app that is gone what the import says. */
export const instanceDocument = (found: FoundInstance, app: FoundApp | null): JsonObject => ({
  ...found.document,
  slug: found.slug,
  ...(app?.photo !== undefined && { photo: app.photo }),
  config: { ...(app && configForm(app.files)), value: configOf(found) },
});

/** A row of the list: what the workspace may call, and what it hears and says, by the names inside the app. */
export function instanceRow(found: FoundInstance, app: FoundApp): JsonObject {
  const { blocks } = indexIn(app.files);
  const parts = partsOf(app);
  const open = automationsOf({ parts }).filter(
    ({ compiled }) => compiled && !compiled.program.private && !compiled.program.disabled,
  );
  const { appSlug, appVersion } = appOf(found);
  return {
    slug: found.slug,
    appSlug,
    ...(appVersion !== undefined && { appVersion }),
    ...(found.document['disabled'] === true && { disabled: true }),
    ...(app.photo !== undefined && { photo: app.photo }),
    automations: open.map((one) => {
      const { name, description, arguments: declared } = automationOf(one);
      return {
        slug: one.slug,
        ...(name !== undefined && { name }),
        ...(description !== undefined && { description }),
        ...(declared !== undefined && { arguments: declared }),
      };
    }),
    blocks: blocks ?? [],
    events: { ...eventsOfParts(parts) },
  };
}
