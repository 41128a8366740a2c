import type { CompiledAutomation } from '../../shared/core/automation/compiled';
import type { Diagnostic } from '../../shared/core/automation/diagnostic';
import { slugOfFile } from '../../shared/core/automation/slug';
import { isObject, type Json, type JsonObject } from '../../shared/core/json';
import { hideSecrets } from '../../shared/core/secrets/secret-arguments';
import { partOfFile } from '../../shared/core/workspaces/file-paths';
import { readDocument, unwrapAutomation } from '../../shared/core/workspaces/read-document';
import type { Texts, WorkspaceView } from '../../shared/ports/deployments';
import type { Audit, WorkspaceRecords } from '../../shared/ports/workspace-records';

/** What a text says, read once: lists show hundreds of them. */
const read = new WeakMap<object, JsonObject>();

function indexOf(view: WorkspaceView): JsonObject {
  const known = read.get(view.parts);
  if (known) return known;
  const document = readDocument(view.files[indexFile(view.files)]);
  read.set(view.parts, document);
  return document;
}

export const indexFile = (files: Texts): string =>
  'index.yaml' in files && !('index.yml' in files) ? 'index.yaml' : 'index.yml';

export const slugOf = ({ parts, workspaceId }: WorkspaceView): string => parts.index.slug ?? workspaceId;

/** `index.yml` as it is written; credentials of repositories for those only who may manage them. */
export function indexDocument(view: WorkspaceView, withCredentials: boolean): JsonObject {
  const { automations: _a, imports: _i, pages: _p, ...index } = indexOf(view);
  return withCredentials ? index : withoutCredentials(index);
}

/** As events tell it: without credentials, and without values of the config that its schema calls secret. */
export function shownIndex(view: WorkspaceView): JsonObject {
  const index = indexDocument(view, false);
  const { config } = index;
  if (!isObject(config) || !isObject(config['value'])) return index;
  return { ...index, config: { ...config, value: hideSecrets(config['value'], view.parts.index.secretConfig) } };
}

export function withoutCredentials(index: JsonObject): JsonObject {
  const { repositories } = index;
  if (!isObject(repositories)) return index;
  return {
    ...index,
    repositories: Object.fromEntries(
      Object.entries(repositories).map(([id, one]) => {
        if (!isObject(one) || !isObject(one['config'])) return [id, one];
        const { auth: _hidden, ...config } = one['config'];
        return [id, { ...one, config }];
      }),
    ),
  };
}

const isoDates = ({ createdAt, updatedAt, ...who }: Audit): JsonObject => ({
  ...(createdAt !== undefined && { createdAt: new Date(createdAt).toISOString() }),
  ...(updatedAt !== undefined && { updatedAt: new Date(updatedAt).toISOString() }),
  ...who,
});

/** A row of the list. */
export function workspaceRow(
  view: WorkspaceView,
  records: Pick<WorkspaceRecords, 'workspaceAudit' | 'suspension'>,
): JsonObject {
  const { name, photo, description, labels, customDomains } = indexOf(view);
  const suspension = records.suspension(view.workspaceId);
  return {
    id: view.workspaceId,
    name: name ?? view.workspaceId,
    slug: slugOf(view),
    ...(photo != null && { photo }),
    ...(description != null && { description }),
    labels: labels ?? [],
    ...(customDomains != null && { customDomains }),
    ...(suspension && { suspended: true }),
    ...isoDates(records.workspaceAudit(view.workspaceId)),
  };
}

export const labelsOf = (view: WorkspaceView): readonly string[] => {
  const { labels } = indexOf(view);
  return Array.isArray(labels) ? labels.filter((label): label is string => typeof label === 'string') : [];
};

/** The whole document, its parts by their slugs. */
export function workspaceDocument(
  view: WorkspaceView,
  records: Pick<WorkspaceRecords, 'workspaceAudit' | 'suspension' | 'auditOf'>,
  withCredentials: boolean,
): JsonObject {
  const audits = records.auditOf(view.workspaceId);
  const suspension = records.suspension(view.workspaceId);
  return {
    id: view.workspaceId,
    ...indexDocument(view, withCredentials),
    name: (indexOf(view)['name'] ?? view.workspaceId) as Json,
    slug: slugOf(view),
    ...(suspension && { suspended: { ...suspension, at: new Date(suspension.at).toISOString() } }),
    ...isoDates(audits[''] ?? {}),
    automations: Object.fromEntries(
      automationsOf(view).map((found) => [found.slug, automationMeta(found, audits[found.file] ?? {})]),
    ),
    imports: partsIn(view, 'imports'),
    pages: partsIn(view, 'pages'),
  };
}

/** The whole document as events tell it. */
export const toldWorkspace = (
  view: WorkspaceView,
  records: Pick<WorkspaceRecords, 'workspaceAudit' | 'suspension' | 'auditOf'>,
): JsonObject => ({
  ...workspaceDocument(view, records, false),
  ...shownIndex(view),
  imports: Object.fromEntries(
    Object.entries(partsIn(view, 'imports')).map(([slug, one]) => [slug, toldInstance(view, slug, one)]),
  ),
});

/** Which fields of its config are secret says its app, as far as that is known. */
function toldInstance({ release }: WorkspaceView, slug: string, instance: Json): Json {
  if (!isObject(instance) || !isObject(instance['config'])) return instance;
  const config = release ? hideSecrets(instance['config'], release.secretConfig?.[slug] ?? []) : {};
  return { ...instance, config };
}

function partsIn({ files }: WorkspaceView, folder: 'imports' | 'pages'): JsonObject {
  return Object.fromEntries(
    Object.entries(files).flatMap(([path, text]) => {
      const part = partOfFile(path);
      return part?.folder === folder ? [[part.slug, { ...readDocument(text), slug: part.slug }]] : [];
    }),
  );
}

export interface FoundAutomation {
  readonly slug: string;
  readonly file: string;
  readonly text: string;
  readonly digest: string;
  /** The same object as long as the text is the same. */
  readonly result: object;
  /** Absent where the text is too broken. */
  readonly compiled?: CompiledAutomation;
}

type Compiled = WorkspaceView['parts']['compiled'][number];

export const automationsOf = ({ parts }: Pick<WorkspaceView, 'parts'>): readonly FoundAutomation[] =>
  parts.compiled.map(foundIn);

const slugIn = ({ file, result }: Compiled): string => result.automation?.slug ?? slugOfFile(file) ?? file;

function foundIn(one: Compiled): FoundAutomation {
  const { file, text, result } = one;
  const { automation, sourceDigest } = result;
  return { slug: slugIn(one), file, text, digest: sourceDigest, result, ...(automation && { compiled: automation }) };
}

/** Of two files with one slug the one that is served. */
export function findAutomation(view: WorkspaceView, slug: string): FoundAutomation | undefined {
  const served = view.parts.automations.get(slug)?.file;
  const found = view.parts.compiled.find((one) => (served === undefined ? slugIn(one) === slug : one.file === served));
  return found && foundIn(found);
}

/** Names of events that it listens to and sends. */
export const eventsOf = ({ compiled }: FoundAutomation): JsonObject => ({
  listen: [...(compiled?.triggers.events ?? [])],
  emit: [...(compiled?.emits ?? [])],
});

const META = ['name', 'description', 'arguments', 'private', 'disabled', 'when', 'labels'];

function automationMeta(found: FoundAutomation, audit: Audit): JsonObject {
  const document = automationOf(found);
  return {
    ...Object.fromEntries(META.flatMap((field) => (document[field] === undefined ? [] : [[field, document[field]]]))),
    events: eventsOf(found),
    ...isoDates(audit),
  };
}

/** The document as it is written, without what its file already says. */
export function automationOf({ text, result }: Pick<FoundAutomation, 'text' | 'result'>): JsonObject {
  const known = read.get(result);
  if (known) return known;
  const { slug: _slug, ...document } = unwrapAutomation(readDocument(text)).automation;
  read.set(result, document);
  return document;
}

/** As callers get it. */
export const automationDocument = (found: FoundAutomation, audit: Audit = {}): JsonObject => ({
  ...automationOf(found),
  slug: found.slug,
  events: eventsOf(found),
  ...isoDates(audit),
});

export const diagnosticsJson = (diagnostics: readonly Diagnostic[]): Json => diagnostics as unknown as Json;
