/** Looks for texts in all that the product and its Temporal server keep. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Json } from '../../shared/core/json';
import { disguisesOf } from '../../shared/drivers/encryption/disguises';
import type { Product } from './product';

export type FoundIn = (text: string) => readonly string[];

/** Every way in which one of these secrets may stand in a text. */
export const searchFor = (secrets: readonly string[]): FoundIn => {
  const looks = secrets.flatMap(disguisesOf).flatMap((look) => [look, JSON.stringify(look).slice(1, -1)]);
  return (text) => [...new Set(looks)].filter((look) => text.includes(look));
};

/** History and description of one execution as the CLI gives them, then all that stands there in base64, decoded. */
export interface ShownExecution {
  readonly workflowId: string;
  readonly texts: readonly string[];
}

/** All of Temporal, also of runs that go on in a fresh history: arguments, signals, results, memo, search attributes. */
export async function shownExecutions(product: Product): Promise<readonly ShownExecution[]> {
  const client = await product.temporalClient();
  const found: ShownExecution[] = [];
  for await (const { workflowId, runId } of client.workflow.list()) {
    const texts: string[] = [];
    for (const what of ['show', 'describe']) {
      const shown = await product.temporal('workflow', what, '-w', workflowId, '-r', runId, '-o', 'json');
      texts.push(shown, ...base64In(JSON.parse(shown) as Json));
    }
    found.push({ workflowId, texts });
  }
  return found;
}

/** All files below the data folder, but for the keys. */
export const dataFiles = (dataDir: string): readonly string[] =>
  readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'encryption-keys')
    .map((entry) => join(entry.parentPath, entry.name));

/** @returns each find with the file that it is in */
export const searchFiles = (files: readonly string[], foundIn: FoundIn): readonly string[] =>
  files.flatMap((file) => foundIn(readFileSync(file, 'utf8')).map((look) => `${file}: ${look}`));

/** Every text of it that is base64, decoded. */
function base64In(value: Json): readonly string[] {
  if (typeof value === 'string') {
    const bytes = Buffer.from(value, 'base64');
    if (bytes.length === 0) return [];
    return [bytes.toString('utf8'), ...unzipped(bytes)];
  }
  return typeof value === 'object' && value !== null
    ? Object.values(value).flatMap((inner: Json) => base64In(inner))
    : [];
}

/** Of what only looks like gzip, such as encrypted bytes that begin alike, there is nothing more to read. */
function unzipped(bytes: Buffer): readonly string[] {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return [];
  try {
    return [gunzipSync(bytes).toString('utf8')];
  } catch {
    return [];
  }
}
