import { Context } from '@temporalio/activity';
import { Agent, request as httpRequest, interceptors, type Dispatcher } from 'undici';
import type { CallActivities } from '../../shared/contracts/engine';
import { fail, isPlatformError, toErrorValue, type PlatformError } from '../../shared/core/errors/errors';
import type { FetchRequest } from '../../shared/core/run/types';
import { guardedLookup, refusePrivateLiteral } from './private-addresses';
import { readAnswer } from './read-answer';
import { toWire } from './to-wire';

export interface FetchSettings {
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

type Answer = Awaited<ReturnType<CallActivities['fetch']>>;

const ATTEMPTS = 3;
const HEARTBEAT_MS = 5_000;

/** Calls an HTTP API. A status of 4xx or 5xx is an answer, not a failure; only a failing network gives `err`. */
export function createFetch(settings: FetchSettings): CallActivities['fetch'] {
  const silence = settings.silenceTimeoutMs ?? 300_000;
  const refuse = settings.privateAddresses === 'refuse';
  const agent = new Agent({
    headersTimeout: silence,
    bodyTimeout: silence,
    ...(refuse && { connect: { lookup: guardedLookup } }),
  })
    .compose(refuse ? [guard] : [])
    .compose(interceptors.redirect({ maxRedirections: settings.maxRedirects ?? 10 }));
  return async function fetch(request: FetchRequest): Promise<Answer> {
    const heart = setInterval(() => Context.current().heartbeat(), HEARTBEAT_MS);
    const started = Date.now();
    try {
      return await call(agent, request, started);
    } finally {
      clearInterval(heart);
    }
  };
}

async function call(agent: Dispatcher, request: FetchRequest, started: number): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    const done = (answer: Pick<Answer, 'outcome' | 'events'>): Answer => ({
      ...answer,
      attempts: attempt,
      ms: Date.now() - started,
    });
    try {
      const { url, method, headers, body } = toWire(request);
      const signal = Context.current().cancellationSignal;
      const response = await httpRequest(url, {
        dispatcher: agent,
        method: method as Dispatcher.HttpMethod,
        headers,
        body: body ?? null,
        signal,
      });
      return done(await readAnswer(request, response));
    } catch (error) {
      Context.current().cancellationSignal.throwIfAborted();
      if (isReset(error) && attempt < ATTEMPTS) continue;
      return done({ outcome: { err: toErrorValue(asFetchError(error, request)) } });
    }
  }
}

const isReset = (error: unknown): boolean => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ECONNRESET' || code === 'UND_ERR_SOCKET' || code === 'EPIPE';
};

function asFetchError(error: unknown, request: FetchRequest): PlatformError {
  if (isPlatformError(error)) return error;
  const reason = error instanceof Error ? error.message || error.name : String(error);
  return fail('FetchError', `request to ${request.url} failed, reason: ${reason}`, {
    url: request.url,
    method: request.method,
  });
}
