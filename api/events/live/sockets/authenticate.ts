import type { Socket } from 'socket.io';
import { fail } from '../../../../shared/core/errors/errors';
import type { Caller, Identity } from '../../../../shared/ports/access';
import { bearerToken } from '../../../http/bearer-token';
import { callerIp } from '../../../http/client-ip';

type Handshake = Socket['handshake'];

/** Words that clients know. */
export const MISSING = 'Missing authentication credentials';
export const INVALID = 'Invalid authentication credentials';

/**
 * Who connects. A token is always needed: in `auth.extraHeaders.authorization`, `auth.authorization` or the header.
 * @throws AuthenticationError
 */
export const createAuthenticate = (identity: Identity, settings: { readonly trustForwardedFor: boolean }) =>
  async function authenticate(handshake: Handshake): Promise<Omit<Caller, 'correlationId'>> {
    const token = bearerToken(authorizationOf(handshake));
    if (token === undefined) throw fail('AuthenticationError', MISSING);
    const known = await identity.authenticate(token);
    if (!known) throw fail('AuthenticationError', INVALID);
    const ip = callerIp(handshake.address, handshake.headers, settings);
    return { ...known, ...(ip !== undefined && { ip }) };
  };

function authorizationOf({ auth, headers }: Handshake): string | undefined {
  const given = auth as { extraHeaders?: { authorization?: unknown }; authorization?: unknown } | undefined;
  return [given?.extraHeaders?.authorization, given?.authorization, headers.authorization].find(
    (one): one is string => typeof one === 'string',
  );
}
