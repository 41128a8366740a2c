import type { Diagnostic } from '../automation/diagnostic';
import { checkKeys, expectBoolean, expectMap, expectText, expectTexts, valueOf } from '../automation/document-fields';
import { isNull, kindOf, spanOf, toJson, type DocNode, type MapNode } from '../automation/document-node';
import { createReporter, placeOf, type Reporter } from '../automation/reporter';
import { isSlug } from '../automation/slug';
import { sourceText } from '../automation/source-text';
import { parseDocument } from '../automation/yaml/parse-document';
import type { JsonObject } from '../json';
import { importFields } from './import-fields';

/** One installed app, as its file in `imports/` says. */
export interface CompiledImport {
  /** Name of the instance, given by the file's. */
  readonly slug: string;
  readonly appSlug: string;
  readonly appVersion: string;
  readonly config: JsonObject;
  readonly disabled: boolean;
  /** Where to report what is wrong with the app. */
  readonly place: Place;
  /** Where to report what is wrong with the version. */
  readonly versionPlace: Place;
}

type Place = Pick<Diagnostic, 'file' | 'path' | 'line' | 'col' | 'endCol'>;

export interface ImportResult {
  readonly import?: CompiledImport;
  readonly diagnostics: readonly Diagnostic[];
}

export const CURRENT_VERSION = 'current';

/** `imports/nlu.yml` -> `nlu`; null for a file that installs nothing. */
export function instanceOfFile(file: string): string | null {
  const found = /^imports\/(.+)\.ya?ml$/.exec(file)?.[1];
  return found === undefined || found.startsWith('.') || found.startsWith('__') ? null : found;
}

/** Which of the files installs this instance. */
export const fileOfInstance = (files: { readonly [path: string]: string }, slug: string): string | undefined =>
  Object.keys(files).find((file) => instanceOfFile(file) === slug);

/** The files of a workspace -> its installed apps, in the order of their names. */
export const compileImports = (files: { readonly [path: string]: string }): readonly ImportResult[] =>
  Object.keys(files)
    .sort()
    .flatMap((file) => {
      const slug = instanceOfFile(file);
      return slug === null ? [] : [compileImport(file, slug, files[file] ?? '')];
    });

function compileImport(file: string, slug: string, text: string): ImportResult {
  const reporter = createReporter(file, sourceText(text));
  const root = parseDocument(reporter.source, reporter);
  const compiled = root && isMapping(root, reporter) ? readImport(root, slug, reporter) : undefined;
  return { ...(compiled && { import: compiled }), diagnostics: reporter.diagnostics };
}

function isMapping(root: DocNode, reporter: Reporter): root is MapNode {
  if (root.kind === 'map') return true;
  const what = isNull(root) ? 'The file is empty' : `An import is a mapping, not ${kindOf(root)}`;
  reporter.report('DOCUMENT_SHAPE', root, what, 'give at least `appSlug`');
  return false;
}

function readImport(root: MapNode, slug: string, reporter: Reporter): CompiledImport | undefined {
  checkKeys(root, Object.keys(importFields), 'An import', reporter);
  checkSlug(root, slug, reporter);
  const app = valueOf(root, 'appSlug');
  const appSlug = app && expectText(app, '`appSlug`', reporter);
  if (app === undefined) {
    const at = { span: { start: 0, end: 1 }, path: 'appSlug' };
    reporter.report('FIELD_MISSING', at, 'An import needs `appSlug`', 'name the folder of the app');
  }
  const version = valueOf(root, 'appVersion');
  const config = expectMap(valueOf(root, 'config'), '`config`', reporter);
  expectTexts(valueOf(root, 'labels'), '`labels`', reporter);
  const disabled = expectBoolean(valueOf(root, 'disabled'), '`disabled`', reporter);
  if (app === undefined || appSlug === undefined) return undefined;
  const placeAt = (path: string, node: DocNode): Place => ({
    ...{ file: reporter.file, path },
    ...placeOf(reporter.source, spanOf(node)),
  });
  return {
    slug,
    appSlug,
    appVersion: (version && expectText(version, '`appVersion`', reporter)) ?? CURRENT_VERSION,
    config: config ? (toJson(config) as JsonObject) : {},
    disabled,
    place: placeAt('appSlug', app),
    versionPlace: version ? placeAt('appVersion', version) : placeAt('appSlug', app),
  };
}

function checkSlug(root: MapNode, slug: string, reporter: Reporter): void {
  const written = valueOf(root, 'slug');
  const text = written && expectText(written, '`slug`', reporter);
  if (!isSlug(slug))
    reporter.report(
      'SLUG_INVALID',
      { span: { start: 0, end: 1 }, path: '' },
      `\`${slug}\` cannot name an instance`,
      'letters, digits, blank, `/`, `_` and `-`',
    );
  if (written && text !== undefined && text !== slug)
    reporter.report('SLUG_IGNORED', written, `The instance is named \`${slug}\`, by its file`, 'remove `slug`, or rename the file'); // prettier-ignore
}

/** The apps that these files install, and in which version. */
export const importedApps = (files: { readonly [path: string]: string }): readonly AppChoice[] =>
  compileImports(files).flatMap(({ import: one }) =>
    one && !one.disabled ? [{ appSlug: one.appSlug, appVersion: one.appVersion }] : [],
  );

export type AppChoice = Pick<CompiledImport, 'appSlug' | 'appVersion'>;
