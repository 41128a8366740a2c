/**
 * How much the stored contexts of a workspace take. The machine and the store count alike: UTF-8 bytes of the JSON text
 * of each `global`, `user`, `session` and `socket` context; an empty one takes nothing. `run` contexts end by themselves
 * and are no part of the sum, but none of them may be larger than the limit.
 */
import type { ErrorValue } from '../errors/errors';
import type { JsonObject } from '../json';
import type { ContextName, RefusedPatch } from './types';

const sizes = new WeakMap<JsonObject, number>();

/** Of one context. Contexts are never changed in place, so each is counted once. */
export function bytesOf(context: JsonObject): number {
  const known = sizes.get(context);
  if (known !== undefined) return known;
  const bytes = Object.keys(context).length === 0 ? 0 : utf8Length(JSON.stringify(context));
  sizes.set(context, bytes);
  return bytes;
}

/** @returns bytes of the text as UTF-8; a lone surrogate takes three, as it does when it is written down */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) continue;
    bytes += code < 0x800 ? 1 : 2;
    if (code >= 0xd800 && code < 0xdc00 && isLow(text.charCodeAt(i + 1))) {
      i++; // A pair: four bytes, two of which its length has counted.
    }
  }
  return bytes;
}

const isLow = (code: number): boolean => code >= 0xdc00 && code < 0xe000;

export interface Growth {
  readonly context: ContextName;
  readonly before: JsonObject;
  readonly after: JsonObject;
}

/** Bytes in use, and how many there may be. */
export interface Space {
  readonly usedBytes: number;
  readonly limitBytes: number;
}

/** Undefined when the write has room. What shrinks, or stays as large, always has. */
export function refusalOf(
  { context, before, after }: Growth,
  { usedBytes, limitBytes }: Space,
): Omit<RefusedPatch, 'path'> | undefined {
  const sizeBytes = bytesOf(after) - bytesOf(before);
  const used = context === 'run' ? bytesOf(before) : usedBytes;
  return sizeBytes <= 0 || used + sizeBytes <= limitBytes
    ? undefined
    : { context, usedBytes: used, sizeBytes, limitBytes };
}

/** What is told of a write without room. */
export function limitError({ context, path, usedBytes, sizeBytes, limitBytes }: RefusedPatch): ErrorValue {
  const where = context === 'run' ? 'The `run` context' : 'The stored contexts of this workspace';
  return {
    error: 'ContextsLimitError',
    message:
      `${where} would take ${usedBytes + sizeBytes} of ${limitBytes} bytes: ` +
      `\`${[context, ...path].join('.')}\` keeps its old value. Free space with \`delete\`, or raise CONTEXTS_MAX_SIZE_KB`,
    details: { context, path: path.join('.'), usedBytes, sizeBytes, limitBytes },
  };
}
