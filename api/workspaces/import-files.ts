import { isObject, type Json, type JsonObject } from '../../shared/core/json';
import { reportName } from '../../shared/core/workspaces/archive-files';
import { compileIndex } from '../../shared/core/workspaces/compile-index';
import { editYaml } from '../../shared/core/workspaces/edit-yaml';
import { readDocument } from '../../shared/core/workspaces/read-document';
import type { Diagnostic } from '../../shared/core/automation/diagnostic';
import { refusesSave } from '../../shared/core/automation/diagnostic-codes';
import type { Deployments, FileChanges, Texts } from '../../shared/ports/deployments';

const IMPORTED = ' (IMPORT)';

/** How the index of what comes in becomes the index of the workspace. */
export type IndexRule = (incoming: JsonObject, own: JsonObject) => JsonObject;

/** An archive: the workspace stays who it is, and says that it was imported into. */
export const importedIndex: IndexRule = (incoming, own) => {
  const { customDomains: _given, ...index } = incoming;
  const labels = [...new Set([...listOf(own['labels']), ...listOf(incoming['labels'])])];
  return identified(
    {
      ...index,
      ...(labels.length > 0 && { labels }),
      ...(index['description'] != null && { description: marked(index['description']) }),
    },
    own,
  );
};

/** A version or a repository of the same workspace: everything is taken over but what belongs to this installation. */
export const pulledIndex: IndexRule = (incoming, own) => {
  const { customDomains: _given, ...index } = incoming;
  return identified({ ...index, ...(own['customDomains'] != null && { customDomains: own['customDomains'] }) }, own);
};

/** Keeps slug and repositories of the workspace itself. */
function identified(index: JsonObject, own: JsonObject): JsonObject {
  const { id: _id, slug: _slug, repositories: _repositories, ...rest } = index;
  const { slug, repositories } = own;
  const { name, ...others } = rest;
  return {
    ...(name !== undefined && { name }),
    ...(slug != null && { slug }),
    ...others,
    ...(repositories != null && { repositories }),
  };
}

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);

function marked(description: Json): Json {
  if (typeof description === 'string')
    return description.endsWith(IMPORTED) ? description : `${description}${IMPORTED}`;
  if (!isObject(description)) return description;
  return Object.fromEntries(Object.entries(description).map(([language, text]) => [language, marked(text)]));
}

export interface ImportPlan {
  readonly changes: FileChanges;
  /** As reports name them. */
  readonly imported: readonly string[];
  readonly deleted: readonly string[];
  readonly errors: readonly ImportFailure[];
}

/** A file that was left out. */
export interface ImportFailure {
  readonly file: string;
  /** Code of the refusal. */
  readonly err: string;
  readonly message: string;
}

export interface ImportRequest {
  readonly workspaceId: string;
  readonly own: Texts;
  readonly incoming: Texts;
  readonly index: IndexRule;
  /** Files of the workspace that do not come in go, but for these. */
  readonly deletes?: (path: string) => boolean;
  /** The security document stays as it is: the caller may not manage it. */
  readonly keepsSecurity?: boolean;
}

/**
 * What an import changes. A file that cannot be saved is left out and reported; the others come in. A broken index ends
 * the import.
 */
export async function planImport(
  { check }: Pick<Deployments, 'check'>,
  { workspaceId, own, incoming, index, deletes, keepsSecurity = false }: ImportRequest,
): Promise<ImportPlan> {
  const changes = new Map<string, string | null>();
  for (const [path, text] of Object.entries(incoming)) {
    if (twinOf(path) in own) changes.set(twinOf(path), null);
    changes.set(path, path === 'index.yml' ? indexText(own, text, index) : text);
  }
  const going = Object.keys(own).filter((path) => !(path in incoming) && path !== 'index.yml' && deletes?.(path));
  for (const path of going) changes.set(path, null);
  const errors: ImportPlan['errors'][number][] = [];
  for (const path of keepsSecurity ? [...changes.keys()].filter(isSecurity) : []) {
    const isSame = changes.get(path) === own[path];
    changes.delete(path);
    if (!isSame) errors.push({ file: path, err: 'ForbiddenError', message: 'You may not manage_security here' });
  }
  for (;;) {
    const refused = await refusedOf({ check }, workspaceId, own, changes);
    if (refused.length === 0) break;
    for (const { file, code, message } of refused) errors.push({ file: reportName(file), err: code, message });
    if (refused.some(({ file }) => file === 'index.yml')) return { changes: {}, imported: [], deleted: [], errors };
    for (const { file } of refused) {
      changes.delete(file);
      // What it was to replace stays.
      if (twinOf(file) in own) changes.delete(twinOf(file));
    }
  }
  const imported = Object.keys(incoming).filter((path) => changes.has(path));
  return {
    changes: Object.fromEntries(changes),
    imported: imported.map(reportName),
    deleted: going.filter((path) => changes.has(path)),
    errors,
  };
}

/** The same thing under the other ending of YAML files. */
const twinOf = (path: string): string => path.replace(/\.yml$/, '.yaml');

const isSecurity = (path: string): boolean => /^security\.ya?ml$/.test(path);

/** Comments of the incoming index stay. A broken one stays as it is: the compiler says what is wrong with it. */
const indexText = (own: Texts, text: string, rule: IndexRule): string =>
  compileIndex('index.yml', text, '').diagnostics.some(refusesSave)
    ? text
    : editYaml(text, rule(readDocument(text), readDocument(own['index.yml'] ?? own['index.yaml'])));

/**
 * Files that cannot be saved, each with its first problem. All at once, for everything is compiled to know them; but whose
 * slug is taken is told only when no other is left, since who has taken it may be one of those.
 */
async function refusedOf(
  { check }: Pick<Deployments, 'check'>,
  workspaceId: string,
  own: Texts,
  changes: ReadonlyMap<string, string | null>,
): Promise<readonly Diagnostic[]> {
  const texts = new Map(Object.entries(own));
  for (const [path, text] of changes)
    if (text === null) texts.delete(path);
    else texts.set(path, text);
  const { diagnostics } = await check(workspaceId, Object.fromEntries(texts));
  const ofImport = diagnostics.filter((one) => refusesSave(one) && changes.get(one.file) != null);
  const ofIndex = ofImport.find(({ file }) => file === 'index.yml');
  if (ofIndex) return [ofIndex];
  const alone = ofImport.filter(({ code }) => code !== 'SLUG_DUPLICATE');
  const told = alone.length > 0 ? alone : ofImport;
  return [...new Map([...told].reverse().map((one) => [one.file, one])).values()].reverse();
}
