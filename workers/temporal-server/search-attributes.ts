import type { Connection } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { SEARCH_ATTRIBUTES } from '../../shared/contracts/engine';

const { INDEXED_VALUE_TYPE_KEYWORD } = temporal.api.enums.v1.IndexedValueType;

/** The one part of a connection that is needed: `Connection` and `NativeConnection` both have it. */
export type OperatorConnection = Pick<Connection, 'operatorService'>;

/**
 * Registers what is missing on a server that we did not start; the dev server gets them as flags. A start with an
 * unregistered one is refused by the server, so this runs before the first worker. Repeatable.
 * @returns the names that were added
 * @throws Error when one exists with another type: every list and every start would go wrong later
 */
export async function registerSearchAttributes(connection: OperatorConnection, namespace: string): Promise<string[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const wrong = SEARCH_ATTRIBUTES.find((name) => (customAttributes[name] ?? KEYWORD) !== KEYWORD);
  if (wrong !== undefined) {
    throw new Error(`search attribute ${wrong} of namespace ${namespace} has another type than Keyword`);
  }
  const missing = SEARCH_ATTRIBUTES.filter((name) => customAttributes[name] === undefined);
  if (missing.length === 0) return [];
  const searchAttributes = Object.fromEntries(missing.map((name) => [name, KEYWORD]));
  try {
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
  } catch (error) {
    if (!isAlreadyThere(error)) throw error; // Another instance of us may register at the same time.
  }
  return missing;
}

const KEYWORD: number = INDEXED_VALUE_TYPE_KEYWORD;

/** gRPC status 6, ALREADY_EXISTS; the native connection and the JS one both put it in `code`. */
const isAlreadyThere = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 6;
