import { fail } from '../../shared/core/errors/errors';
import { isObject, type Json } from '../../shared/core/json';
import type { FetchRequest } from '../../shared/core/run/types';
import type { OwnApi } from '../../shared/ports/own-api';

type Headers = { readonly [name: string]: string };

/** Is this address below `/workspaces`, `/pages` or `/files` of the own API? Told by the URL as it is sent. */
export function isOwnApi(url: string, api: Pick<OwnApi, 'url'> | undefined): boolean {
  if (api === undefined) return false;
  const [own, target] = [new URL(api.url), new URL(url)];
  const base = own.pathname.replace(/\/$/, '');
  if (target.origin !== own.origin || !target.pathname.startsWith(`${base}/`)) return false;
  return /^\/(workspaces|pages|files)(\/|$)/.test(target.pathname.slice(base.length));
}

/**
 * Credentials of a call of the own API: a token for the run and its user, unless the author gives one, and a named key.
 * Made for each attempt: the token ends in seconds, and is written down nowhere.
 * @param sent headers with lower-case names
 * @throws InvalidInstructionError when the workspace has no such key
 */
export async function ownApiHeaders(request: FetchRequest, sent: Headers, api: OwnApi): Promise<Headers> {
  const { onBehalfOf = {}, apiKey, workspaceId, correlationId } = request;
  const key = apiKey === undefined ? undefined : api.apiKey(workspaceId, apiKey);
  if (apiKey !== undefined && key === undefined)
    throw fail('InvalidInstructionError', 'No api key found', { prismeaiApiKey: { name: apiKey } });
  const given = sent['authorization'] !== undefined || sent['x-prismeai-token'] !== undefined;
  const token = given ? undefined : await api.mintToken(onBehalfOf, { workspaceId, correlationId });
  return {
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(key !== undefined && { [api.apiKeyHeader]: key }),
  };
}

/** Seconds after which the own API wants to be asked again; undefined when that is too long to wait, or not said. */
export function retryAfterSeconds(body: Json): number | undefined {
  const details = isObject(body) ? body['details'] : undefined;
  const seconds = isObject(details) ? Number(details['retryAfter'] ?? NaN) : NaN;
  return seconds >= 0 && seconds < 61 ? seconds : undefined;
}
