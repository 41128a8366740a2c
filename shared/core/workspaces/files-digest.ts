import { canonicalJson } from '../canonical-json';
import { sha256Hex } from '../hash';
import type { Digest } from '../json';

/** Same files, same digest: tells whether what lies in a folder is what was saved. */
export const filesDigest = (files: { readonly [path: string]: string }): Digest =>
  `w:${sha256Hex(canonicalJson(files))}`;
