import { fail } from '../../shared/core/errors/errors';
import { isObject, type Json, type JsonObject } from '../../shared/core/json';
import { toYaml } from '../../shared/core/workspaces/edit-yaml';
import { fileOfSlug, type PartFolder } from '../../shared/core/workspaces/file-paths';
import type { FileChanges } from '../../shared/ports/deployments';
import { AUDIT_FIELDS, invalid, withoutFields } from './check-body';

/** Given by the platform, or kept in files of their own. */
const NOT_IN_INDEX = ['id', ...AUDIT_FIELDS, 'suspended', 'automations', 'imports', 'pages'];
const AUTOMATION_READ_ONLY = ['slug', 'events', ...AUDIT_FIELDS];
const PHOTO = /^(https?:\/\/\S+|data:image\/[\w.+-]+;base64,[A-Za-z0-9+/=]*)$/;
const HOST = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/i;

/** What of a document goes into `index.yml`. */
export function indexPart(document: JsonObject): JsonObject {
  const index = withoutFields(document, NOT_IN_INDEX);
  const { photo, slug, customDomains } = index;
  if (slug != null && !(typeof slug === 'string' && /^[/a-z0-9-]+$/.test(slug)))
    throw fail('InvalidSlugError', 'A slug of a workspace is made of lower-case letters, digits, `/` and `-`', {
      slug,
    });
  if (photo != null && !(typeof photo === 'string' && PHOTO.test(photo)))
    throw invalid('/body/photo', 'must be an address (http, https) or a data URI of an image');
  if (Array.isArray(customDomains))
    for (const host of customDomains as readonly Json[])
      if (typeof host !== 'string' || !HOST.test(host)) throw invalid('/body/customDomains', 'must be names of hosts');
  return index;
}

/** What of a document goes into the file of an automation. */
export const automationPart = (document: JsonObject): JsonObject => withoutFields(document, AUTOMATION_READ_ONLY);

/** @throws InvalidSlugError */
export function fileFor(folder: PartFolder, slug: string): string {
  const file = fileOfSlug(folder, slug);
  if (file === null)
    throw fail(
      'InvalidSlugError',
      `\`${slug.slice(0, 100)}\` cannot be a slug: letters, digits, blanks inside, \`/\` between, \`_\` and \`-\``,
      {
        slug: slug.slice(0, 200),
      },
    );
  return file;
}

/** Parts that come with a whole document, a new file each. */
export function partFiles(document: JsonObject): FileChanges {
  const files: [string, string][] = [];
  for (const folder of ['automations', 'imports', 'pages'] as const) {
    const parts = document[folder];
    if (parts === undefined || parts === null) continue;
    for (const [slug, part] of Object.entries(isObject(parts) ? parts : {})) {
      if (!isObject(part)) throw invalid(`/body/${folder}/${slug}`, 'must be a document');
      files.push([fileFor(folder, slug), toYaml(newPart(folder, part))]);
    }
  }
  return Object.fromEntries(files);
}

const newPart = (folder: PartFolder, part: JsonObject): JsonObject =>
  folder === 'automations' ? newAutomation(part) : withoutFields(part, ['slug', ...AUDIT_FIELDS]);

/** Made through the API: its arguments are checked unless it says no. */
export const newAutomation = (document: JsonObject): JsonObject => ({
  validateArguments: true,
  ...automationPart(document),
});
