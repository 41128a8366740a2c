import type { Release } from '../automation/compiled';
import { isObject, type Json, type JsonObject } from '../json';
import { applyPatch } from '../run/change-value';
import type { Patch } from '../run/types';
import { editYaml } from './edit-yaml';
import { fileOfInstance } from './compile-import';
import { readDocument } from './read-document';

type Texts = { readonly [path: string]: string };

/** One `set` or `delete` of a run on the config of an instance; empty: of the workspace itself. */
export interface WriteToConfig {
  readonly instance: string;
  readonly patch: Pick<Patch, 'op' | 'path' | 'value'>;
}

/**
 * The files with these writes in them. The config of an instance stands in its import; that of an instance inside it
 * stands there under its name.
 * @param release  what the runs read: a write into a value that only the app gives goes on from that value
 */
export function writeConfig(
  files: Texts,
  writes: readonly WriteToConfig[],
  { indexFile, release }: { readonly indexFile: string; readonly release: Release | null },
): Texts {
  const changed: { [path: string]: string } = {};
  for (const { instance, patch } of writes) {
    const [root = '', ...inner] = instance.split('.');
    const file = root === '' ? indexFile : fileOfInstance(files, root);
    const text = file === undefined ? undefined : (changed[file] ?? files[file]);
    if (file === undefined || text === undefined) continue;
    const document = readDocument(text);
    const config = root === '' ? valuesIn(document['config']) : objectOr(document['config']);
    const seeded = inner.reduceRight<JsonObject>(
      (within, name) => ({ [name]: within }),
      given(release, instance, patch),
    );
    const before = filledFrom(config, seeded);
    const after = applyPatch(before, { ...patch, path: [...inner, ...patch.path] });
    changed[file] = editYaml(text, { ...document, config: root === '' ? wrapped(document['config'], after) : after });
  }
  return changed;
}

/** The value that the write goes on from, where the files do not have it. */
function given(release: Release | null, instance: string, { op, path }: WriteToConfig['patch']): JsonObject {
  const [key] = path;
  if (key === undefined || (op === 'replace' && path.length === 1)) return {};
  const name = String(key);
  for (const source of [release?.instances?.[instance]?.config, release?.config[instance]])
    if (source && Object.hasOwn(source, name)) return { [name]: source[name] ?? null };
  return {};
}

/** `config`, and what it lacks of `seed`. */
const filledFrom = (config: JsonObject, seed: JsonObject): JsonObject => ({
  ...config,
  ...Object.fromEntries(
    Object.entries(seed).map(([name, value]): [string, Json] => {
      const there = Object.hasOwn(config, name) ? config[name] : undefined;
      if (there === undefined) return [name, value];
      return [name, isObject(there) && isObject(value) ? { ...value, ...there } : there];
    }),
  ),
});

const FORM = ['value', 'schema', 'block'];

const isForm = (config: Json | undefined): config is JsonObject =>
  isObject(config) && Object.keys(config).some((key) => FORM.includes(key));

const valuesIn = (config: Json | undefined): JsonObject => objectOr(isForm(config) ? config['value'] : config);

const wrapped = (config: Json | undefined, values: JsonObject): JsonObject =>
  isForm(config) ? { ...config, value: values } : values;

const objectOr = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
