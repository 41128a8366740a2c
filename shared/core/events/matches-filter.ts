import type { Json } from '../json';
import type { Event } from './event';
import type { Clause, LiveFilter } from './live-filter';

/** One field's condition, taken apart once. */
interface Condition {
  readonly segments: readonly string[];
  readonly wanted: readonly Wanted[];
}

type Wanted =
  { readonly kind: 'absent' | 'present' } | { readonly kind: 'equal' | 'prefix' | 'suffix'; readonly text: string };

interface CompiledClause {
  readonly conditions: readonly Condition[];
  /** Names `source.sessionId` and not `source.socketId`: what other sockets of the session cause is not meant. */
  readonly hidesEchoes: boolean;
}

export interface FilterMatcher {
  /**
   * @param socketId of the subscriber; null when it is no socket
   * @param jsonOf the event's JSON text, asked for only when the filter looks at it
   */
  matches(event: Event, socketId: string | null, jsonOf: (event: Event) => string): boolean;
}

/** Takes a filter apart once, so that matching an event costs little. */
export function compileFilter({ payloadQuery, types, text, appInstanceDepth }: LiveFilter): FilterMatcher {
  const clauses = payloadQuery?.map(compileClause);
  const typesWanted = types?.map(wantedOf);
  return {
    matches(event, socketId, jsonOf) {
      if (typesWanted && !typesWanted.some((wanted) => isWanted(event.type, wanted))) return false;
      const depth = event.source.appInstanceDepth;
      if (appInstanceDepth !== undefined && depth !== undefined && depth > appInstanceDepth) return false;
      if (clauses && !clauses.some((clause) => clauseMatches(clause, event, socketId))) return false;
      return !text || jsonOf(event).includes(text);
    },
  };
}

const compileClause = (clause: Clause): CompiledClause => ({
  conditions: Object.entries(clause).map(([path, wanted]) => ({
    segments: path.split('.'),
    wanted: wanted.map(wantedOf),
  })),
  hidesEchoes: Object.hasOwn(clause, 'source.sessionId') && !Object.hasOwn(clause, 'source.socketId'),
});

function clauseMatches({ conditions, hidesEchoes }: CompiledClause, event: Event, socketId: string | null): boolean {
  const from = event.source.socketId;
  const isEcho = socketId !== null && from !== undefined && from !== socketId;
  if (isEcho && hidesEchoes && event.target?.currentSocket !== false) return false;
  return conditions.every(({ segments, wanted }) => {
    const value = valueAt(event, segments);
    return wanted.some((one) => isWanted(value, one));
  });
}

function wantedOf(text: string): Wanted {
  if (text === '') return { kind: 'absent' };
  if (text === '*') return { kind: 'present' };
  if (text.endsWith('*')) return { kind: 'prefix', text: text.slice(0, -1) };
  if (text.startsWith('*')) return { kind: 'suffix', text: text.slice(1) };
  return { kind: 'equal', text };
}

/** Any item of a list counts. */
function isWanted(value: Json | undefined, wanted: Wanted): boolean {
  switch (wanted.kind) {
    case 'absent':
      return !value;
    case 'present':
      return Boolean(value);
    case 'equal':
      return textsOf(value).some((text) => text === wanted.text);
    case 'prefix':
      return textsOf(value).some((text) => text.startsWith(wanted.text));
    case 'suffix':
      return textsOf(value).some((text) => text.endsWith(wanted.text));
  }
}

/** Texts that a field is compared as: none for an object, those of its items for a list. */
export function textsOf(value: Json | undefined): readonly string[] {
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((item) => (isScalar(item) ? [String(item)] : []));
  return isScalar(value) ? [String(value)] : [];
}

const isScalar = (value: Json | undefined): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** Own members only: no path reaches what the language adds. */
export function valueAt(event: Event, segments: readonly string[]): Json | undefined {
  let value: unknown = event;
  for (const segment of segments) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined;
    if (Array.isArray(value) && segment === 'length') return undefined;
    value = (value as { readonly [key: string]: unknown })[segment];
  }
  return value as Json | undefined;
}
