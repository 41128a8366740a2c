import { Agent, interceptors, type Dispatcher } from 'undici';
import type { OwnApi } from '../../shared/ports/own-api';
import { isOwnApi } from './own-api';
import { guardedLookup, refusePrivateLiteral } from './private-addresses';

export interface AgentSettings {
  /** `refuse`: addresses that are not public are refused, after name resolution and on every redirect. */
  readonly privateAddresses: 'allow' | 'refuse';
  /** May be called wherever it is. Absent: no address is ours. */
  readonly ownApi?: Pick<OwnApi, 'url'>;
  /** So long without a byte counts as a network failure. */
  readonly silenceTimeoutMs?: number;
  readonly maxRedirects?: number;
}

/** Stands behind the redirects, so that each of their targets passes it too. */
const guard =
  (ownApi: AgentSettings['ownApi'], unguarded: Dispatcher): Dispatcher.DispatcherComposeInterceptor =>
  (dispatch) =>
  (options, handler) => {
    const { origin, pathname, hostname } = new URL(options.path, String(options.origin));
    if (isOwnApi(origin + pathname, ownApi)) return unguarded.dispatch(options, handler);
    refusePrivateLiteral(hostname);
    return dispatch(options, handler);
  };

/** What calls go out through. */
export function createAgent(settings: AgentSettings): Dispatcher {
  const silence = settings.silenceTimeoutMs ?? 300_000;
  const timeouts = { headersTimeout: silence, bodyTimeout: silence };
  const unguarded = new Agent(timeouts);
  const agent =
    settings.privateAddresses === 'allow'
      ? unguarded
      : new Agent({ ...timeouts, connect: { lookup: guardedLookup } }).compose(guard(settings.ownApi, unguarded));
  return agent.compose(interceptors.redirect({ maxRedirections: settings.maxRedirects ?? 10 }));
}
