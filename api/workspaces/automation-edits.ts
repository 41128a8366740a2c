import { isObject, type Json, type JsonObject } from '../../shared/core/json';
import { editYaml, toYaml } from '../../shared/core/workspaces/edit-yaml';
import { readDocument, unwrapAutomation } from '../../shared/core/workspaces/read-document';
import type { FileChanges, WorkspaceView } from '../../shared/ports/deployments';
import type { Announcement } from '../http/announce';
import { invalid } from './check-body';
import { automationDocument, eventsOf, findAutomation, type FoundAutomation } from './documents';
import { automationPart, fileFor, newAutomation } from './workspace-fields';

/** The text of an automation that says this now; comments and order of what stays are kept. */
export function editAutomation({ text }: Pick<FoundAutomation, 'text'>, slug: string, document: JsonObject): string {
  const { key } = unwrapAutomation(readDocument(text));
  const value = automationPart(document);
  return editYaml(text, key === undefined ? value : { [slug]: value });
}

/** Automations of a whole document: each named one is replaced, `null` deletes it, the others stay. */
export function automationEdits(
  view: WorkspaceView,
  automations: Json | undefined,
): { readonly changes: FileChanges; readonly announcements: readonly Announcement[] } {
  if (automations === undefined || automations === null) return { changes: {}, announcements: [] };
  if (!isObject(automations)) throw invalid('/body/automations', 'must be documents by slug');
  const { workspaceId } = view;
  const changes: [string, string | null][] = [];
  const announcements: Announcement[] = [];
  for (const [slug, document] of Object.entries(automations)) {
    const found = findAutomation(view, slug);
    if (document === null) {
      if (!found) continue;
      changes.push([found.file, null]);
      announcements.push(deletedEvent(workspaceId, slug));
    } else if (!isObject(document)) {
      throw invalid(`/body/automations/${slug}`, 'must be a document');
    } else {
      const text = found ? editAutomation(found, slug, document) : toYaml(newAutomation(document));
      changes.push([found?.file ?? fileFor('automations', slug), text]);
      const type = found ? 'workspaces.automations.updated' : 'workspaces.automations.created';
      announcements.push({ workspaceId, type, payload: { automation: document, slug } });
    }
  }
  return { changes: Object.fromEntries(changes), announcements };
}

export const deletedEvent = (workspaceId: string, automationSlug: string): Announcement => ({
  workspaceId,
  type: 'workspaces.automations.deleted',
  payload: { automationSlug },
});

export const savedEvent = (
  { workspaceId }: WorkspaceView,
  found: FoundAutomation,
  { isNew, oldSlug }: { readonly isNew: boolean; readonly oldSlug?: string },
): Announcement => ({
  workspaceId,
  type: isNew ? 'workspaces.automations.created' : 'workspaces.automations.updated',
  payload: {
    automation: automationDocument(found),
    slug: found.slug,
    ...(oldSlug !== undefined && oldSlug !== found.slug && { oldSlug }),
    events: eventsOf(found),
  },
});
