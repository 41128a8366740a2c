/** The gateway as it is, with one pipeline that lets everybody in: what services are told of their callers is true. */
import { createServer, type RequestListener } from 'node:http';
import { trustedProxies } from '../../api/gateway/client-address';
import { createGateway, type GatewaySettings } from '../../api/gateway/create-gateway';
import { defaultHeaderNames } from '../../api/http/caller-headers';
import { createApp, type AppDependencies } from '../../api/http/create-app';
import type { Identity } from '../../shared/ports/access';
import type { Authenticator } from '../../shared/ports/identity/authenticator';

export interface FrontDoorParts extends Omit<AppDependencies, 'behindGateway'> {
  readonly identity: Pick<Identity, 'authenticate'>;
  readonly gateway?: Partial<GatewaySettings>;
}

/** An application behind it. */
export function appBehindGateway({ identity, gateway, ...parts }: FrontDoorParts): RequestListener {
  const names = defaultHeaderNames;
  const { log, metrics } = parts;
  return createGateway({
    config: {
      endpoints: { all: { paths: ['*'] } },
      services: {},
      pipelines: [
        {
          name: 'all',
          endpoints: ['all'],
          policies: [
            { name: 'authentication', params: { optional: true } },
            { name: 'proxy', params: { service: 'app' } },
          ],
        },
      ],
    },
    authenticator: authenticatorOf(identity),
    limiter: async () => ({}),
    ...{ log, metrics },
    local: { app: createServer(createApp({ ...parts, behindGateway: names })) },
    settings: {
      ...{ overwriteCorrelationId: true, names, isProxy: trustedProxies('', 'test'), isAllowedOrigin: () => false },
      ...{ forwardedHeaders: false, bodyLimitBytes: 100_000_000, logHealthChecks: false },
      ...gateway,
    },
  }).request;
}

const authenticatorOf = (identity: Pick<Identity, 'authenticate'>): Authenticator => ({
  async judge(token) {
    const caller = await identity.authenticate(token);
    if (caller) return { kind: 'known', caller, mfaValidated: true };
    return { kind: 'refused', reason: 'Unknown or expired token', fatal: true };
  },
});
