import type { Json, JsonObject, Value } from '../../json';
import { toText } from '../evaluate/coerce';
import { parsePath } from '../evaluate/parse-path';
import { walk } from '../evaluate/walk';
import { splitText, type Hole, type Piece } from './split-text';

/**
 * A workspace's config, filled in once when it is loaded, from itself and the secrets. `{{name}}` without a value stays
 * as it is written, and so does `{% %}`; what is filled in is never read again.
 */
export function expandConfig(config: Json, scope: { readonly config: JsonObject; readonly secret: JsonObject }): Json {
  if (typeof config === 'string') return expandText(config, scope);
  if (typeof config !== 'object' || config === null) return config;
  if (Array.isArray(config)) return config.map((item: Json) => expandConfig(item, scope));
  return Object.fromEntries(Object.entries(config).map(([key, item]) => [key, expandConfig(item, scope)]));
}

function expandText(text: string, scope: JsonObject): Json {
  const pieces = splitText(text, false);
  const values = pieces.map((piece) => valueOf(piece, text, scope));
  return values.length === 1 ? (values[0] ?? null) : values.map(toText).join('');
}

function valueOf(piece: Piece, text: string, scope: JsonObject): Json {
  if (typeof piece === 'string') return piece;
  return lookUp(piece, scope) ?? text.slice(piece.start, piece.end);
}

/** Undefined as soon as an inner template has no value: then the whole stays as it is written. */
function lookUp({ content }: Hole, scope: JsonObject): Value {
  let name = '';
  for (const piece of content) {
    const value = typeof piece === 'string' ? piece : lookUp(piece, scope);
    if (value === undefined) return undefined;
    name += toText(value);
  }
  const path = parsePath(name);
  return typeof path === 'string' ? undefined : walk(scope, path);
}
