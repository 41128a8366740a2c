import { Agent, interceptors, type Dispatcher } from 'undici';
import { guardedLookup, refusePrivateLiteral } from './private-addresses';

export interface AgentSettings {
  /** `refuse`: addresses that are not public are refused, after name resolution and on every redirect. */
  readonly privateAddresses: 'allow' | 'refuse';
  /** So long without a byte counts as a network failure. */
  readonly silenceTimeoutMs?: number;
  readonly maxRedirects?: number;
}

/** Stands behind the redirects, so that each of their targets passes it too. */
const guard: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
  refusePrivateLiteral(new URL(String(options.origin)).hostname);
  return dispatch(options, handler);
};

/** What calls go out through. */
export function createAgent(settings: AgentSettings): Dispatcher {
  const silence = settings.silenceTimeoutMs ?? 300_000;
  const refuse = settings.privateAddresses === 'refuse';
  return new Agent({
    headersTimeout: silence,
    bodyTimeout: silence,
    ...(refuse && { connect: { lookup: guardedLookup } }),
  })
    .compose(refuse ? [guard] : [])
    .compose(interceptors.redirect({ maxRedirections: settings.maxRedirects ?? 10 }));
}
