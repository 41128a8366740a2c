import { isDeepStrictEqual } from 'node:util';
import type { Event } from '../../shared/core/events/event';
import type { Json, JsonObject } from '../../shared/core/json';
import { eventually } from './eventually';
import { valueAt } from './look';

export interface Answer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  /** Parsed when it is JSON, else the text. */
  readonly body: Json;
  readonly correlationId: string;
  readonly runId: string;
}

export interface CallOptions {
  readonly method?: string;
  readonly query?: { readonly [name: string]: string | readonly string[] };
  readonly headers?: { readonly [name: string]: string };
  /** Sent as JSON. */
  readonly body?: Json;
  /** Sent as it is, instead of `body`. */
  readonly text?: string | FormData | URLSearchParams;
  readonly key?: string;
}

/** Dotted path from the event's root -> value, compared deeply. */
export type Where = JsonObject;

export interface UntilOptions {
  readonly count?: number;
  readonly withinMs?: number;
  /** Others do not count. */
  readonly only?: (event: Event) => boolean;
}

/** One workspace of a running product, over HTTP. */
export interface WorkspaceClient {
  readonly workspaceId: string;
  call(endpoint: string, options?: CallOptions): Promise<Answer>;
  test(automation: string, payload?: JsonObject): Promise<Answer>;
  emit(type: string, payload?: JsonObject): Promise<Answer>;
  /** All events of these types, oldest first. */
  events(types: string | readonly string[], where?: Where): Promise<readonly Event[]>;
  /** Waits until at least `count` are there. */
  until(type: string, where?: Where, options?: UntilOptions): Promise<readonly Event[]>;
}

export function workspaceClient(baseUrl: string, ownerToken: () => string, workspaceId: string): WorkspaceClient {
  const base = `${baseUrl}/v2/workspaces/${workspaceId}`;
  const asOwner = () => ({ authorization: `Bearer ${ownerToken()}` });
  const client: WorkspaceClient = {
    workspaceId,
    call: (endpoint, options = {}) => send(`${base}/webhooks/${encodeURIComponent(endpoint)}`, options),
    test: (automation, payload = {}) =>
      send(`${base}/test/${encodeURIComponent(automation)}`, { headers: asOwner(), body: { payload } }),
    emit: (type, payload = {}) =>
      send(`${base}/events`, { headers: asOwner(), body: { events: [{ type, payload }] } }).then(mustBeOk),
    async events(types, where = {}) {
      const found: Event[] = [];
      for (let page = 0; ; page++) {
        const query = { types: [types].flat().join(','), sort: 'asc', limit: '500', page: String(page) };
        const answer = mustBeOk(await send(`${base}/events`, { method: 'GET', headers: asOwner(), query }));
        const { events } = (answer.body as unknown as { result: { events: Event[] } }).result;
        found.push(...events.filter((event) => matches(event, where)));
        if (events.length < 500) return found;
      }
    },
    until: (type, where = {}, { count = 1, withinMs = 15_000, only = () => true } = {}) =>
      eventually(
        `${count} x ${type} where ${JSON.stringify(where)} in ${workspaceId}`,
        async () => {
          const events = (await client.events(type, where)).filter(only);
          return events.length >= count && events;
        },
        { withinMs },
      ),
  };
  return client;
}

export async function send(url: string, options: CallOptions): Promise<Answer> {
  const { query = {}, key, body, text, method = 'POST' } = options;
  const search = searchOf(query).toString();
  const response = await fetch(search ? `${url}?${search}` : url, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(key !== undefined && { 'idempotency-key': key }),
      ...options.headers,
    },
    body: method === 'GET' ? undefined : (text ?? (body === undefined ? undefined : JSON.stringify(body))),
  });
  const received = await response.text();
  const headers = Object.fromEntries(response.headers);
  return {
    status: response.status,
    headers,
    body: headers['content-type']?.includes('application/json') ? (JSON.parse(received) as Json) : received,
    correlationId: headers['x-correlation-id'] ?? '',
    runId: headers['x-ostinato-run-id'] ?? '',
  };
}

/** A list repeats its name. */
export const searchOf = (query: NonNullable<CallOptions['query']>): URLSearchParams =>
  new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, one])),
  );

function mustBeOk(answer: Answer): Answer {
  if (answer.status !== 200) throw new Error(`answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer;
}

export const matches = (event: Event, where: Where): boolean =>
  Object.entries(where).every(([path, wanted]) => isDeepStrictEqual(valueAt(event, path), wanted));
