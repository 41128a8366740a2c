import { fail } from '../../errors/errors';
import type { Json, JsonObject } from '../../json';
import type { Value } from '../ast';
import type { PathText, Template } from '../template';
import type { Scope } from '../scope';
import { toText } from './coerce';
import { evaluate } from './evaluate';
import { parsePath } from './parse-path';
import { raised } from './raise';
import { walk } from './walk';

/**
 * Fills in a template. What variables bring is data: it is inserted as it is and never read again.
 * @returns a template alone keeps its type (∅ too); with text around it, it is text. ∅ stays as undefined in lists and
 *          objects. Shares structure with the program and the scope: copy before changing.
 * @throws InvalidVariableNameError for a malformed path, InvalidExpressionSyntax from expressions
 */
export function render(t: Template, scope: Scope): Value {
  switch (t.t) {
    case 'lit':
      return t.v;
    case 'var':
      return walk(scope.lookup(t.p[0] as string), t.p, 1);
    case 'expr':
      return evaluate(t.e, scope);
    case 'text':
      return joinParts(t.p, scope);
    case 'path':
      return follow(t, scope);
    case 'list':
      return t.i.map((item) => render(item, scope)) as Json[];
    case 'object':
      return renderObject(t.e, scope);
    case 'raise':
      throw raised(t);
  }
}

export function joinParts(parts: readonly (string | Template)[], scope: Scope): string {
  let text = '';
  for (const part of parts) text += typeof part === 'string' ? part : toText(render(part, scope));
  return text;
}

function follow({ p }: PathText, scope: Scope): Value {
  const text = joinParts(p, scope);
  const path = parsePath(text);
  if (typeof path === 'string')
    throw fail('InvalidVariableNameError', `Invalid variable name: ${path}`, { name: text });
  return walk(scope.lookup(path[0] as string), path, 1);
}

function renderObject(entries: readonly (readonly [string, Template])[], scope: Scope): JsonObject {
  const made: { [key: string]: Json } = {};
  for (const [key, template] of entries) {
    const value = render(template, scope) as Json;
    // An assignment to `__proto__` would change the object instead of filling it.
    if (key === '__proto__')
      Object.defineProperty(made, key, { value, enumerable: true, writable: true, configurable: true });
    else made[key] = value;
  }
  return made;
}
