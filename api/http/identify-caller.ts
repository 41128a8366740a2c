import type { IncomingMessage } from 'node:http';
import { fail } from '../../shared/core/errors/errors';
import type { Caller, Identity } from '../../shared/ports/access';
import { clientIp } from './client-ip';
import type { HttpSettings } from './settings';

const bearer = /^bearer +(\S+) *$/i;

/**
 * The one place that says who calls. Only a bearer token counts; no token is an anonymous caller.
 * @throws AuthenticationError for a token that nobody knows
 */
export const createIdentifyCaller = (identity: Identity, settings: HttpSettings) =>
  async function identifyCaller(request: IncomingMessage, correlationId: string): Promise<Caller> {
    const forwarded = settings.trustForwardedFor ? request.headers['x-forwarded-for'] : undefined;
    const ip = clientIp(request.socket.remoteAddress, Array.isArray(forwarded) ? forwarded[0] : forwarded);
    const origin = { correlationId, ...(ip !== undefined && { ip }) };
    const token = bearer.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) return origin;
    const known = await identity.authenticate(token);
    if (!known) throw fail('AuthenticationError', 'Unknown or expired token');
    // The platform's own credential is of no use to an automation: what it cannot see, no history can keep.
    delete request.headers.authorization;
    return { ...known, ...origin };
  };
