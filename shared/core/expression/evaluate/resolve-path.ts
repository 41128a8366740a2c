import { fail } from '../../errors/errors';
import type { Segment } from '../ast';
import type { PathTemplate } from '../template';
import type { Scope } from '../scope';
import { parsePath } from './parse-path';
import { raised } from './raise';
import { joinParts, render } from './render';

/** Where `set`, `delete` or an `output` points to; `push` when the name ends with `[]`. */
export interface ResolvedPath {
  readonly segments: readonly Segment[];
  readonly push: boolean;
}

/** @throws InvalidVariableNameError for a malformed path and a name that is no text; `set` makes it its own error */
export function resolvePath(path: PathTemplate, scope: Scope): ResolvedPath {
  switch (path.t) {
    case 'at':
      return { segments: path.p, push: path.push === true };
    case 'raise':
      throw raised(path);
    case 'dynamic': {
      const [first] = path.d;
      const alone = path.d.length === 1 && typeof first === 'object';
      const name = alone ? render(first, scope) : joinParts(path.d, scope);
      const found = typeof name === 'string' ? parseTarget(name) : 'it is not a text';
      if (typeof found !== 'string') return found;
      throw fail('InvalidVariableNameError', `Invalid variable name: ${found}`, { name: name ?? null });
    }
  }
}

/** As `parsePath`, with an optional `[]` at the end. @returns what is wrong, as a text */
export function parseTarget(name: string): ResolvedPath | string {
  const push = name.endsWith('[]');
  const segments = parsePath(push ? name.slice(0, -2) : name);
  return typeof segments === 'string' ? segments : { segments, push };
}
