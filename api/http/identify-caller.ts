import type { IncomingMessage } from 'node:http';
import { fail } from '../../shared/core/errors/errors';
import type { Caller, Identity } from '../../shared/ports/access';
import { callerIp } from './client-ip';
import type { HttpSettings } from './settings';

/** The token of an `authorization` header; undefined where there is none, or something else. */
export const bearerToken = (authorization: string | undefined): string | undefined =>
  /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];

/**
 * The one place that says who calls. Only a bearer token counts; no token is an anonymous caller.
 * @throws AuthenticationError for a token that nobody knows
 */
export const createIdentifyCaller = (identity: Identity, settings: HttpSettings) =>
  async function identifyCaller(request: IncomingMessage, correlationId: string): Promise<Caller> {
    const ip = callerIp(request.socket.remoteAddress, request.headers, settings);
    const origin = { correlationId, ...(ip !== undefined && { ip }) };
    const token = bearerToken(request.headers.authorization);
    if (token === undefined) return origin;
    const known = await identity.authenticate(token);
    if (!known) throw fail('AuthenticationError', 'Unknown or expired token');
    // The platform's own credential is of no use to an automation: what it cannot see, no history can keep.
    delete request.headers.authorization;
    return { ...known, ...origin };
  };
