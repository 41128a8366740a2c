import { fail } from '../../shared/core/errors/errors';
import { defaultHeaderNames } from './caller-headers';
import type { HttpRequest } from './contract';

/** @throws AuthenticationError for whoever gives neither a token nor an API key */
export function assertKnown({ caller, headers }: Pick<HttpRequest, 'caller' | 'headers'>): void {
  if (caller.userId === undefined && caller.apiKeyId === undefined && headers[defaultHeaderNames.apiKey] === undefined)
    throw fail('AuthenticationError', 'Unauthenticated');
}
