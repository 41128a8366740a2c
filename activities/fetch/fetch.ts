import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { request as httpRequest, type Dispatcher } from 'undici';
import type { CallActivities } from '../../shared/contracts/engine';
import { fail, isPlatformError, toErrorValue, type PlatformError } from '../../shared/core/errors/errors';
import { isObject, type Json } from '../../shared/core/json';
import type { FetchRequest } from '../../shared/core/run/types';
import type { OwnApi } from '../../shared/ports/own-api';
import { createAgent, type AgentSettings } from './agent';
import { decoded } from './decoded';
import { isOwnApi, ownApiHeaders, retryAfterSeconds } from './own-api';
import { headersOf, isStream, readAnswer, streamAnswer, valueOf } from './read-answer';
import { placeOf } from './shown';
import { startOfStream, StreamSession } from './stream-session';
import type { StreamSessions } from './stream-sessions';
import { toWire } from './to-wire';
import { withHeartbeat } from './with-heartbeat';

export interface FetchSettings extends AgentSettings {
  readonly ownApi?: OwnApi;
}

type Answer = Awaited<ReturnType<CallActivities['fetch']>>;

const ATTEMPTS = 3;

/** Calls an HTTP API. A status of 4xx or 5xx is an answer, not a failure; only a failing network gives `err`. */
export function createFetch(settings: FetchSettings, streams: StreamSessions): CallActivities['fetch'] {
  const caller: Caller = { agent: createAgent(settings), ownApi: settings.ownApi, streams };
  return (request) => withHeartbeat(() => call(caller, request));
}

interface Caller {
  readonly agent: Dispatcher;
  readonly ownApi: OwnApi | undefined;
  readonly streams: StreamSessions;
}

async function call(caller: Caller, request: FetchRequest): Promise<Answer> {
  const started = Date.now();
  const signal = Context.current().cancellationSignal;
  for (let attempt = 1; ; attempt++) {
    const done = (answer: Omit<Answer, 'attempts' | 'ms'>): Answer => ({
      ...answer,
      attempts: attempt,
      ms: Date.now() - started,
    });
    try {
      const answered = await callOnce(caller, request, signal);
      if (!('tooMany' in answered)) return done(answered);
      const seconds = attempt < ATTEMPTS ? retryAfterSeconds(answered.tooMany) : undefined;
      if (seconds === undefined) return done({ outcome: { err: thrownBody(answered.tooMany) } });
      await sleep(seconds * 1000, undefined, { signal });
    } catch (error) {
      signal.throwIfAborted();
      if (isReset(error) && attempt < ATTEMPTS) continue;
      return done({ outcome: { err: toErrorValue(asFetchError(error, request)) } });
    }
  }
}

type Answered = Omit<Answer, 'attempts' | 'ms'> | { readonly tooMany: Json };

async function callOnce(
  { agent, ownApi, streams }: Caller,
  request: FetchRequest,
  signal: AbortSignal,
): Promise<Answered> {
  const { url, method, headers, body } = toWire(request);
  const own = ownApi && isOwnApi(url, ownApi) ? ownApi : undefined;
  const response = await httpRequest(url, {
    dispatcher: agent,
    method: method as Dispatcher.HttpMethod,
    headers: { ...headers, ...(own && (await ownApiHeaders(request, headers, own))) },
    body: body ?? null,
    signal,
  });
  const content = decoded(response.body, response.headers['content-encoding']);
  if (isStream(request, response)) {
    const session = new StreamSession(content, request.resume, (error) => asFetchError(error, request));
    streams.add(request.idempotencyKey, session);
    return { ...streamAnswer(request, response), stream: request.resume ?? startOfStream };
  }
  if (own && response.statusCode === 429) return { tooMany: await bodyOf(request, response, content) };
  return readAnswer(request, response, content);
}

async function bodyOf({ url }: FetchRequest, response: Dispatcher.ResponseData, content: Readable): Promise<Json> {
  const type = headersOf(response)['content-type'];
  return valueOf(await buffer(content), String(type ?? ''), url);
}

/** The own API's refusal, under its own name where it has one. */
function thrownBody(body: Json): ReturnType<typeof toErrorValue> {
  const { error, message, details } = isObject(body) ? body : {};
  return {
    error: typeof error === 'string' ? error : 'FetchError',
    message: typeof message === 'string' ? message : 'Too many requests',
    details: isObject(details) ? details : { body },
  };
}

const isReset = (error: unknown): boolean => {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return code === 'ECONNRESET' || code === 'UND_ERR_SOCKET' || code === 'EPIPE';
};

function asFetchError(error: unknown, request: FetchRequest): PlatformError {
  if (isPlatformError(error)) return error;
  const reason = String(error).replace(/^\w*Error: /, '');
  const url = placeOf(request.url);
  return fail('FetchError', `request to ${url} failed, reason: ${reason}`, { url, method: request.method });
}
