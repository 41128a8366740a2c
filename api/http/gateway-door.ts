import type { IncomingHttpHeaders } from 'node:http';
import type { RequestHandler } from 'express';
import type { Log } from '../../shared/ports/log';
import { createAccessLog, type Exchange } from './access-log';
import { defaultHeaderNames, readCallerHeaders, type HeaderNames } from './caller-headers';
import { clientIp } from './client-ip';
import { newCorrelationId } from './correlation-id';
import type { Metrics } from './metrics';

/**
 * What every request passes first in a service behind the gateway: it authenticates nobody, it believes the headers.
 * So nobody but the gateway may reach it. Headers that every answer has are the gateway's.
 */
export function gatewayDoor(
  { log, metrics }: { readonly log: Log; readonly metrics: Metrics },
  names: HeaderNames,
): RequestHandler {
  const measure = createAccessLog({ metrics });
  return (request, response, next) => {
    const { headers } = request;
    useDefaultName(headers, names.apiKey, defaultHeaderNames.apiKey);
    const given = headers[names.correlationId];
    const correlationId = typeof given === 'string' ? given : newCorrelationId();
    const forwarded = headers['x-forwarded-for'];
    const ip = clientIp(undefined, typeof forwarded === 'string' ? forwarded : undefined);
    const exchange: Exchange = {
      startedAt: process.hrtime.bigint(),
      correlationId,
      originalUrl: request.originalUrl,
      path: request.path,
      caller: { ...readCallerHeaders(headers, names, log), correlationId, ...(ip !== undefined && { ip }) },
    };
    response.locals['exchange'] = exchange;
    response.on('close', () => measure(request, response, exchange));
    next();
  };
}

/** What a client calls otherwise, by a setting, has one name in here. */
function useDefaultName(headers: IncomingHttpHeaders, given: string, standard: string): void {
  if (given === standard) return;
  const value = headers[given];
  delete headers[given];
  if (value !== undefined) headers[standard] = value;
}
