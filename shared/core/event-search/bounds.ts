/** What every hit of a query must fulfil, for stores that read by an index and judge the rest event by event. */
import type { Query } from './query';

export interface Bounds {
  /** Field -> values, one of which every hit has. */
  readonly terms: ReadonlyMap<string, readonly string[]>;
  /** Milliseconds, both within. */
  readonly from: number;
  readonly to: number;
  readonly texts: readonly Extract<Query, { kind: 'text' }>[];
  readonly typePatterns: readonly Extract<Query, { kind: 'prefix' | 'wildcard' }>[];
}

export function boundsOf(query: Query): Bounds {
  const terms = new Map<string, readonly string[]>();
  const texts: Extract<Query, { kind: 'text' }>[] = [];
  const typePatterns: Extract<Query, { kind: 'prefix' | 'wildcard' }>[] = [];
  let [from, to] = [-Infinity, Infinity];
  for (const one of conjuncts(query)) {
    if (one.kind === 'term') {
      const known = terms.get(one.field);
      terms.set(one.field, known ? known.filter((value) => one.values.includes(value)) : one.values);
    } else if (one.kind === 'text') texts.push(one);
    else if ((one.kind === 'prefix' || one.kind === 'wildcard') && one.field === 'type') typePatterns.push(one);
    else if (one.kind === 'range' && one.field === 'createdAt') {
      from = Math.max(from, Number(one.gte ?? -Infinity), Number(one.gt ?? -Infinity) + 1);
      to = Math.min(to, Number(one.lte ?? Infinity), Number(one.lt ?? Infinity) - 1);
    } else if (one.kind === 'none') [from, to] = [Infinity, -Infinity];
  }
  return { terms, from, to, texts, typePatterns };
}

/** Queries that must all hold, out of nested `bool`s. */
function* conjuncts(query: Query): Generator<Query> {
  if (query.kind !== 'bool') return void (yield query);
  for (const one of query.must) yield* conjuncts(one);
  if (query.should.length === query.atLeast) for (const one of query.should) yield* conjuncts(one);
}
