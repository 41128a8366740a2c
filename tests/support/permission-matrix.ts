/** Rows of `tests/permissions/matrix.yaml` as requests with their answers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Json, JsonObject } from '../../shared/core/json';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

export interface MatrixCaller {
  /** User id; its token is the same. Absent: nobody. */
  readonly token?: string;
  /** True: the key of the own workspace. */
  readonly key?: true | 'unknown';
}

export interface MatrixRow {
  readonly caller: string;
  readonly who: MatrixCaller;
  readonly place: 'own' | 'foreign';
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  /** `same`: the security document as it is. */
  readonly body?: Json;
  readonly expected: number;
}

interface Operation {
  readonly [field: string]: Json;
}

interface Matrix {
  readonly security: JsonObject;
  readonly shares: readonly JsonObject[];
  readonly key: JsonObject;
  readonly callers: { readonly [name: string]: MatrixCaller };
  readonly operations: { readonly [name: string]: Operation };
  readonly expected: {
    readonly [caller: string]: { readonly [place in 'own' | 'foreign']: readonly (readonly number[])[] };
  };
}

export const readMatrix = (): Matrix =>
  parse(readFileSync(join(__dirname, '..', 'permissions', 'matrix.yaml'), 'utf8')) as Matrix;

export function matrixRows({ callers, operations, expected }: Matrix): readonly MatrixRow[] {
  const names = Object.keys(operations);
  return Object.entries(callers).flatMap(([caller, who]) =>
    (['own', 'foreign'] as const).flatMap((place) => {
      const answers = (expected[caller]?.[place] ?? []).flat();
      if (answers.length !== names.length)
        throw new Error(`${caller}, ${place}: ${answers.length} answers for ${names.length} operations`);
      return names.map((operation, i): MatrixRow => {
        const { body, ...given } = operations[operation] ?? {};
        const method = METHODS.find((one) => one in given) ?? 'get';
        const path = String(given[method]);
        const answer = answers[i] ?? 0;
        return { caller, who, place, operation, method, path, expected: answer, ...(body !== undefined && { body }) };
      });
    }),
  );
}
