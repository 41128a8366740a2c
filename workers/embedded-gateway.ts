import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readGatewayConfig } from '../api/gateway/config/read-gateway-config';
import { createGateway, type Gateway } from '../api/gateway/create-gateway';
import { originCheck } from '../api/gateway/cors';
import type { LocalService } from '../api/gateway/proxy/target';
import type { Metrics } from '../api/http/metrics';
import type { Log } from '../shared/ports/log';
import type { Config } from './config';
import type { EmbeddedIdentity } from './embedded-identity';
import { messageOf, StartupError } from './startup-error';

const SHIPPED = join(__dirname, '../api/gateway/gateway.config.yml');
/** Services that run in the one process; others have the address that the configuration gives. */
const HERE = ['system', 'identity', 'runtime', 'events', 'workspaces'] as const;

export interface EmbeddedGatewayParts {
  readonly config: Config;
  readonly identity: Pick<EmbeddedIdentity, 'judge' | 'limiter'>;
  readonly metrics: Metrics;
  readonly log: Log;
  /** All services of this process. */
  readonly service: LocalService;
}

/** The public door of the embedded default: the gateway as everywhere, with services behind it that need no network. */
export function createEmbeddedGateway({ config, identity, metrics, log, service }: EmbeddedGatewayParts): Gateway {
  const { gateway, keepCorrelationId, uploadLimitBytes } = config;
  const path = gateway.configPath ?? SHIPPED;
  const refused = (problems: string) =>
    new StartupError(
      `The gateway's configuration ${path} cannot be used:\n${problems}`,
      'Correct what stands above, or name another file with GATEWAY_CONFIG_PATH; without it the shipped one counts.',
    );
  const found = readGatewayConfig(gateway.expand(readText(path, refused)));
  if ('errors' in found) throw refused(found.errors.map((one) => `  - ${one}`).join('\n'));
  try {
    return createGateway({
      ...{ config: found.config, log, metrics, authenticator: identity.judge, limiter: identity.limiter },
      local: Object.fromEntries(HERE.map((name) => [name, service])),
      settings: {
        overwriteCorrelationId: !keepCorrelationId,
        ...{ names: gateway.names, isProxy: gateway.isProxy, forwardedHeaders: gateway.forwardedHeaders },
        isAllowedOrigin: originCheck(gateway),
        // A form may be larger than one file of it.
        bodyLimitBytes: Math.max(uploadLimitBytes, FORM_LIMIT_BYTES),
        logHealthChecks: gateway.logHealthChecks,
      },
    });
  } catch (error) {
    throw refused(messageOf(error));
  }
}

const FORM_LIMIT_BYTES = 16_000_000;

function readText(path: string, refused: (problems: string) => Error): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw refused(messageOf(error));
  }
}
