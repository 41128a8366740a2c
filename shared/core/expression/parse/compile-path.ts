import type { Json } from '../../json';
import type { PathTemplate } from '../template';
import { parseTarget } from '../evaluate/resolve-path';
import { compileParts, invalidName, type ReportProblem } from './compile-template';
import { splitText } from './split-text';

/**
 * The name of a `set`, a `delete` or an `output`: a path, templates in it allowed, `[]` at its end to push.
 * @param report called for a malformed path that is known now; resolving it throws InvalidVariableNameError
 */
export function compilePath(name: unknown, report?: ReportProblem): PathTemplate {
  const noted: Parameters<typeof compileParts>[1] = (problem) => report?.({ ...problem, path: [] });
  if (typeof name !== 'string') return invalidName(JSON.stringify(name as Json) ?? '', 'it is not a text', 0, noted);
  const parts = compileParts(splitText(name), noted);
  if (parts.some((part) => typeof part === 'object')) return { t: 'dynamic', d: parts };
  const target = parseTarget(name);
  if (typeof target === 'string') return invalidName(name, target, 0, noted);
  return target.push ? { t: 'at', p: target.segments, push: true } : { t: 'at', p: target.segments };
}
