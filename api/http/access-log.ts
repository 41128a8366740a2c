import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from '../../shared/ports/access';
import type { Log } from '../../shared/ports/log';
import type { Metrics } from './metrics';
import { withoutQueryValues } from './without-query-values';

/** What is known of a request while it is under way; filled in as the layers learn it. */
export interface Exchange {
  readonly startedAt: bigint;
  readonly correlationId: string;
  readonly originalUrl: string;
  readonly path: string;
  caller?: Caller;
  workspaceId?: string;
  /** Route template; absent while no route has matched. */
  route?: string;
}

/**
 * One line and one measurement for each request, when its answer is out or its client gone. Behind a gateway of the same
 * process there is one of each as well: its line, and the measurement of who knows the route.
 */
export const createAccessLog =
  ({ log, metrics }: { readonly log?: Log; readonly metrics?: Metrics }) =>
  (request: IncomingMessage, response: ServerResponse, exchange: Exchange): void => {
    const seconds = Number(process.hrtime.bigint() - exchange.startedAt) / 1e9;
    const method = request.method ?? 'GET';
    // 499, as proxies write it: the client was gone before its answer.
    const status = response.writableFinished ? response.statusCode : 499;
    metrics?.observeRequest({ status_code: status, path: exchange.route ?? 'unknown', method }, seconds);
    log?.info(
      {
        correlationId: exchange.correlationId,
        userId: exchange.caller?.userId,
        sessionId: exchange.caller?.sessionId,
        workspaceId: exchange.workspaceId,
        ip: exchange.caller?.ip,
        http: {
          originalUrl: withoutQueryValues(exchange.originalUrl),
          method,
          path: exchange.path,
          hostname: request.headers.host,
          userAgent: request.headers['user-agent'],
          requestLength: Number(request.headers['content-length'] ?? 0),
          responseCode: status,
          responseLength: Number(response.getHeader('content-length') ?? 0),
          responseDuration: Math.round(seconds * 1e6) / 1e3,
        },
      },
      'request',
    );
  };
