import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseDocument } from 'yaml';
import type { JsonObject } from '../../shared/core/json';

/** Path inside the workspace -> text. Automations may be named by their slug alone. */
export type WorkspaceTexts = { readonly [pathOrSlug: string]: string };

/** A temporary `DIR` for `npm start -- DIR`. */
export interface ServedFolder {
  readonly path: string;
  /** Adds or changes files, each in one step, as editors do. */
  write(workspace: string, texts: WorkspaceTexts): void;
  delete(workspace: string, pathOrSlug: string): void;
  rename(workspace: string, from: string, to: string): void;
  /** A copy of an existing workspace with values put over its config. */
  copy(from: string, workspace: string, config: JsonObject): void;
  remove(): void;
}

export function servedFolder(workspaces: { readonly [workspace: string]: WorkspaceTexts } = {}): ServedFolder {
  const path = mkdtempSync(join(tmpdir(), 'ostinato-served-'));
  const place = (workspace: string, pathOrSlug: string) => join(path, workspace, toPath(pathOrSlug));
  const folder: ServedFolder = {
    path,
    write(workspace, texts) {
      for (const [pathOrSlug, text] of Object.entries(texts)) replaceFile(place(workspace, pathOrSlug), text);
    },
    delete: (workspace, pathOrSlug) => rmSync(place(workspace, pathOrSlug)),
    rename: (workspace, from, to) => renameSync(place(workspace, from), place(workspace, to)),
    copy(from, workspace, config) {
      cpSync(from, join(path, workspace), { recursive: true });
      const index = join(path, workspace, 'index.yml');
      replaceFile(index, withConfig(readFileSync(index, 'utf8'), config));
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
  for (const [workspace, texts] of Object.entries(workspaces)) {
    folder.write(workspace, { 'index.yml': `name: ${workspace}\n`, ...texts });
  }
  return folder;
}

const toPath = (pathOrSlug: string): string =>
  pathOrSlug.endsWith('.yml') ? pathOrSlug : join('automations', `${pathOrSlug}.yml`);

function replaceFile(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.draft`, text);
  renameSync(`${file}.draft`, file);
}

function withConfig(index: string, config: JsonObject): string {
  const document = parseDocument(index);
  for (const [name, value] of Object.entries(config)) document.setIn(['config', 'value', name], value);
  return document.toString();
}
