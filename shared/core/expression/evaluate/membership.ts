import type { Value } from '../ast';
import { toJsText } from './coerce';
import { expressionError } from './expression-error';

/**
 * `item in group`. A list: strict membership. An object: has it that key? A text: its parts between commas, compared as
 * texts and not trimmed. Nothing is in ∅ or null.
 * @throws InvalidExpressionSyntax when the group is a number or a boolean
 */
export function isIn(item: Value, group: Value): boolean {
  if (group === undefined || group === null) return false;
  if (Array.isArray(group)) return group.includes(item);
  if (typeof group === 'object') return Object.hasOwn(group, toJsText(item));
  if (typeof group === 'string') return group.split(',').includes(toJsText(item));
  throw expressionError(`'in' wants a list, an object or a text on its right, not a ${typeof group}`, 'in');
}
