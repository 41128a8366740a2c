import { isObject, type Json } from '../json';

export const JSON_TYPES = ['string', 'number', 'integer', 'object', 'array', 'boolean', 'null'] as const;

/** Ours: `localized:X` is X, or an object of X by language. */
export const LOCALIZED_TYPES = ['localized:string', 'localized:number', 'localized:boolean'] as const;

export type JsonType = (typeof JSON_TYPES)[number];

/** Is the value of this type? A text of digits is no number: nothing is converted. */
export function isOfType(type: string, value: Json): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return Number.isFinite(value);
    default:
      return typeof value === type;
  }
}

/** `type` of a schema as a list; empty = any. */
export const typesOf = (type: Json | undefined): readonly string[] =>
  typeof type === 'string' ? [type] : Array.isArray(type) ? (type as readonly string[]) : [];
