import { fail } from '../../shared/core/errors/errors';
import type { Json } from '../../shared/core/json';
import type { Reply } from './contract';
import { isInternalKey } from './internal-key';
import type { Metrics } from './metrics';

export const HEALTH_PATH = '/sys/healthcheck';

/** Names of what is not ready to serve; empty = healthy. */
export type HealthCheck = () => Promise<readonly string[]>;

/** A route of the process itself, in no contract of a service. */
export interface SystemRoute {
  readonly method?: 'get' | 'put';
  readonly path: string;
  answer(request: SystemRequest): Promise<Reply>;
}

export interface SystemRequest {
  readonly headers: { readonly [name: string]: string };
  readonly body?: Json;
}

/**
 * Routes that every process answers, without a login.
 * @param metricsKey  given: metrics are for who has this key, as `Authorization: Bearer`
 */
export const systemRoutes = (health: HealthCheck, metrics: Metrics, metricsKey?: string): readonly SystemRoute[] => [
  {
    path: HEALTH_PATH,
    async answer(): Promise<Reply> {
      const missing = await health();
      return missing.length === 0 ? { body: { healthy: true } } : { status: 503, body: { healthy: false, missing } };
    },
  },
  {
    path: '/metrics',
    async answer({ headers }): Promise<Reply> {
      const bearer = /^bearer (.+)$/i.exec(headers['authorization'] ?? '')?.[1];
      if (metricsKey !== undefined && !isInternalKey(bearer, metricsKey))
        throw fail('ForbiddenError', 'Metrics need the key of internal calls (INTERNAL_API_KEY) as bearer');
      return { text: await metrics.text() };
    },
  },
  {
    path: '/',
    answer: async () => ({ text: { type: 'text/plain; charset=utf-8', content: greeting } }),
  },
];

const greeting = `Ostinato: automations in YAML, run as durable workflows.

POST /v2/workspaces/<workspace>/webhooks/<endpoint>   calls an automation
GET  /v2/workspaces/<workspace>/events                what happened (with the owner's token)
GET  /v2/workspaces/<workspace>/runs                  what runs, and why it waits
GET  /docs/api                                        every request there is
GET  /sys/healthcheck, /metrics                       how it is
`;
