import { isObject, type Json, type JsonObject } from '../../../shared/core/json';
import type { Texts } from '../../../shared/ports/deployments';
import { BULK_FILE, filesOfArchive } from '../uploaded-archive';
import { badUpload, readZipBytes, writeZip, ZIP_LIMITS, type ZipLimits } from '../zip';

/** Several workspaces in one archive: this list, and an archive of each. */
export interface BulkArchive {
  readonly workspaces: readonly BulkWorkspace[];
  /** An app before those that install it. */
  readonly publishApps: readonly BulkApp[];
}

export interface BulkWorkspace {
  /** Where it came from. */
  readonly id: string;
  readonly files: Texts;
}

export interface BulkApp {
  readonly workspaceId: string;
  readonly slug: string;
  readonly name?: Json;
  readonly description?: Json;
  readonly photo?: Json;
}

/** Workspaces in one archive. */
export const MOST_WORKSPACES = 500;
/** Of all archives in it together. */
const MOST_FILES = 20_000;
/** The archives in it are files of any size up to all that may be there. */
const OUTER_LIMITS: ZipLimits = { ...ZIP_LIMITS, fileBytes: ZIP_LIMITS.totalBytes };

const ID = /^[\w-]{1,100}$/;
const entryOf = (id: string): string => `workspaces/${id}.zip`;

/** Equal files give equal bytes. @throws InvalidUploadError (400) nobody could import it: it is too large */
export async function writeBulk(
  workspaces: readonly { readonly id: string; readonly archive: Texts }[],
  publishApps: readonly BulkApp[],
): Promise<Buffer> {
  const texts = workspaces.flatMap(({ archive }) => Object.values(archive));
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (workspaces.length > MOST_WORKSPACES || texts.length > MOST_FILES || bytes > ZIP_LIMITS.totalBytes)
    throw badUpload('the workspaces do not fit into one archive; choose fewer by `query` or `pagination`', {
      workspaces: workspaces.length,
      files: texts.length,
      bytes,
      limits: { workspaces: MOST_WORKSPACES, files: MOST_FILES, bytes: ZIP_LIMITS.totalBytes },
    });
  const archives = new Map<string, Buffer>();
  for (const { id, archive } of workspaces) archives.set(entryOf(id), await writeZip(archive));
  const list = { workspaceIds: workspaces.map(({ id }) => id), publishApps };
  return writeZip({ [BULK_FILE]: `${JSON.stringify(list, null, 2)}\n`, ...Object.fromEntries(archives) });
}

/**
 * All that is in it, checked before anything of it is imported.
 * @returns null when it is no archive of several workspaces
 * @throws InvalidUploadError (400)
 */
export async function readBulk(bytes: Buffer): Promise<BulkArchive | null> {
  const entries = await readZipBytes(
    bytes,
    (names) =>
      new Set(names.includes(BULK_FILE) ? names.filter((one) => one === BULK_FILE || IS_ARCHIVE.test(one)) : []),
    OUTER_LIMITS,
  );
  const list = entries.get(BULK_FILE);
  if (!list) return null;
  const { workspaceIds, publishApps } = readList(list.toString('utf8'));
  const workspaces: BulkWorkspace[] = [];
  const left = { files: MOST_FILES, totalBytes: ZIP_LIMITS.totalBytes };
  for (const id of workspaceIds) {
    const archive = entries.get(entryOf(id));
    if (!archive) throw badUpload(`${entryOf(id)} is missing, which ${BULK_FILE} names`);
    const files = await filesOfArchive(archive, {
      fileBytes: ZIP_LIMITS.fileBytes,
      totalBytes: left.totalBytes,
      files: Math.min(left.files, ZIP_LIMITS.files),
    });
    left.files -= Object.keys(files).length;
    left.totalBytes -= Object.values(files).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    workspaces.push({ id, files });
  }
  return { workspaces, publishApps };
}

const IS_ARCHIVE = /^workspaces\/[\w-]{1,100}\.zip$/;

function readList(text: string): {
  readonly workspaceIds: readonly string[];
  readonly publishApps: readonly BulkApp[];
} {
  const { workspaceIds, publishApps = [] } = parse(text);
  if (!Array.isArray(workspaceIds) || workspaceIds.length === 0 || workspaceIds.length > MOST_WORKSPACES)
    throw badUpload(`\`workspaceIds\` of ${BULK_FILE} is a list of 1 to ${MOST_WORKSPACES} ids`);
  const ids = (workspaceIds as readonly Json[]).map((id) => {
    if (typeof id === 'string' && ID.test(id)) return id;
    throw badUpload(`${JSON.stringify(id).slice(0, 100)} in ${BULK_FILE} is no id of a workspace`);
  });
  if (new Set(ids).size < ids.length) throw badUpload(`${BULK_FILE} names a workspace twice`);
  if (!Array.isArray(publishApps)) throw badUpload(`\`publishApps\` of ${BULK_FILE} is a list`);
  return { workspaceIds: ids, publishApps: (publishApps as readonly Json[]).map((app) => readApp(app, ids)) };
}

function parse(text: string): JsonObject {
  try {
    const list = JSON.parse(text) as Json;
    if (isObject(list)) return list;
  } catch {
    // Told below, as what is no object.
  }
  throw badUpload(`${BULK_FILE} is no JSON object`);
}

function readApp(app: Json, ids: readonly string[]): BulkApp {
  const { workspaceId, slug, name, description } = isObject(app) ? app : {};
  if (typeof workspaceId !== 'string' || !ids.includes(workspaceId) || typeof slug !== 'string')
    throw badUpload(`an app of ${BULK_FILE} has a \`slug\`, and a \`workspaceId\` that is among \`workspaceIds\``);
  return { workspaceId, slug, ...(name != null && { name }), ...(description != null && { description }) };
}
