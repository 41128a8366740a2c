import type { Socket } from 'socket.io';
import { fail } from '../../../../shared/core/errors/errors';
import type { ApiKeys, Caller, Identity } from '../../../../shared/ports/access';
import { bearerToken } from '../../../http/bearer-token';
import { defaultHeaderNames } from '../../../http/caller-headers';
import { callerIp } from '../../../http/client-ip';

type Handshake = Socket['handshake'];

export interface AuthenticateSettings {
  readonly trustForwardedFor: boolean;
  /** Absent: none count. */
  readonly apiKeys?: Pick<ApiKeys, 'find'>;
  /** Lower case. */
  readonly apiKeyHeader?: string;
}

/** Words that clients know. */
export const MISSING = 'Missing authentication credentials';
export const INVALID = 'Invalid authentication credentials';

/**
 * Who connects: by a token in `auth.extraHeaders.authorization`, `auth.authorization` or the header; by an API key of the
 * workspace in `auth.extraHeaders` or the header; or by both, then the key's rules are added to the caller's. A key that
 * the workspace does not have gives nothing and is no error.
 * @throws AuthenticationError
 */
export const createAuthenticate = (identity: Identity, settings: AuthenticateSettings) =>
  async function authenticate(handshake: Handshake, workspaceId: string): Promise<Omit<Caller, 'correlationId'>> {
    const { apiKeys, apiKeyHeader = defaultHeaderNames.apiKey } = settings;
    const token = bearerToken(authorizationOf(handshake));
    const known = token === undefined ? undefined : await identity.authenticate(token);
    if (known === null) throw fail('AuthenticationError', INVALID);
    const key = headerOf(handshake, apiKeyHeader);
    const found = key === undefined ? null : await apiKeys?.find(workspaceId, key);
    if (!known && !found) throw fail('AuthenticationError', MISSING);
    const ip = callerIp(handshake.address, handshake.headers, settings);
    return { ...known, ...(found && { apiKeyId: found.id }), ...(ip !== undefined && { ip }) };
  };

function authorizationOf(handshake: Handshake): string | undefined {
  const inHeaders = extraHeader(handshake, 'authorization');
  const { authorization } = (handshake.auth ?? {}) as { authorization?: unknown };
  return [inHeaders, authorization, handshake.headers.authorization].find((one) => typeof one === 'string');
}

function headerOf(handshake: Handshake, name: string): string | undefined {
  const given = extraHeader(handshake, name) ?? handshake.headers[name];
  return typeof given === 'string' ? given : undefined;
}

/** Of `auth.extraHeaders`, which no parser has put into lower case. */
function extraHeader({ auth }: Handshake, name: string): unknown {
  const { extraHeaders } = (auth ?? {}) as { extraHeaders?: unknown };
  if (typeof extraHeaders !== 'object' || extraHeaders === null) return undefined;
  return Object.entries(extraHeaders).find(([given]) => given.toLowerCase() === name)?.[1];
}
