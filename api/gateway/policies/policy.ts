import type { Log } from '../../../shared/ports/log';
import type { HeaderNames } from '../../http/caller-headers';
import type { RateLimiter } from '../../http/rate-limit';
import type { GatewayExchange } from '../exchange';
import type { Target } from '../proxy/target';

/** One step of a pipeline. `answered`: nobody else has a say. @throws a platform error that refuses the request */
export type Policy = (exchange: GatewayExchange) => Promise<'next' | 'answered'>;

export interface PolicyParts {
  readonly names: HeaderNames;
  readonly limiter: RateLimiter;
  readonly log: Log;
  /** The service of this name, as the configuration says where it is. */
  readonly target: (service: string, url?: string) => Target;
  /** X_FORWARDED_HEADERS */
  readonly forwardedHeaders: boolean;
  /** Of a body that is passed on, unless the pipeline has a limit of its own (UPLOADS_MAX_SIZE). */
  readonly bodyLimitBytes: number;
}

export interface PolicyParams {
  readonly [name: string]: unknown;
}

/** @throws Error that says which parameter makes no sense: the gateway does not start with it */
export type PolicyFactory = (params: PolicyParams, parts: PolicyParts) => Policy;

/** Numbers may come as text, from a variable of the environment. */
export function numberOf(params: PolicyParams, name: string, standard?: number): number {
  const given = params[name] ?? standard;
  const value = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw new Error(`${name} must be a number`);
}

const UNITS: { readonly [unit: string]: number } = { '': 1, b: 1, kb: 1024, mb: 1_048_576, gb: 1_073_741_824 };

/** Bytes, or a text such as `1mb`. */
export function bytesOf(params: PolicyParams, name: string, standard: number): number {
  const found = /^(\d+(?:\.\d+)?)\s*([kmg]?b?)$/i.exec(String(params[name] ?? standard).trim());
  const unit = UNITS[(found?.[2] ?? '').toLowerCase()];
  if (!found || unit === undefined) throw new Error(`${name} must be a size such as 1mb`);
  return Math.floor(Number(found[1]) * unit);
}

export const flagOf = (params: PolicyParams, name: string, standard: boolean): boolean =>
  params[name] === undefined ? standard : params[name] === true || params[name] === 'true';

export const textsOf = (params: PolicyParams, name: string): readonly string[] => {
  const value = params[name];
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value;
  throw new Error(`${name} must be a list of texts`);
};
