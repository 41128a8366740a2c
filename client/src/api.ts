import { ApiError, HTTPError, isErrorBody } from './errors';
import { Events, type StreamOptions } from './events';
import type { EventDraft, EventFilters, PlatformEvent, Search, SearchResult } from './types';

export interface ApiOptions {
  /** Address of the API, with `/v2`: `https://api.example.org/v2`. */
  readonly host: string;
  readonly token?: string;
  /** Of a workspace: its rules are added to what the token gives, or stand alone without one. */
  readonly apiKey?: string;
  /** `transports`: of websockets, such as `['websocket']` or `['polling', 'websocket']`. */
  readonly websockets?: { readonly transports?: readonly ('websocket' | 'polling')[] };
}

type QueryValue = string | number | boolean | readonly (string | number)[] | undefined;

/** Any other key is a filter on the field at its dotted path. */
export interface EventQuery {
  readonly types?: readonly string[];
  readonly text?: string;
  readonly afterDate?: string;
  readonly beforeDate?: string;
  readonly page?: number;
  readonly limit?: number;
  readonly sort?: 'asc' | 'desc';
  readonly [field: string]: QueryValue;
}

export interface WaitQuery extends EventQuery {
  /** Seconds to wait for an event, at most 30. */
  readonly wait?: number;
  /** Id of the last event seen, or the last `cursor`. */
  readonly afterId?: string;
}

const API_KEY_HEADER = 'x-prismeai-api-key';

/** For a request that only reads: repeated when the connection broke. */
const READS = 3;

/** The events of workspaces. */
export class Api {
  token: string | undefined;
  apiKey: string | undefined;
  private readonly host: string;

  constructor(private readonly options: ApiOptions) {
    this.host = options.host.replace(/\/+$/, '');
    this.token = options.token;
    this.apiKey = options.apiKey;
  }

  /** Sends events: all of them or none. @returns them as they are stored · @throws ApiError */
  postEvents(workspaceId: string, events: readonly EventDraft[]): Promise<readonly PlatformEvent[]> {
    return this.send<readonly PlatformEvent[]>(this.eventsPath(workspaceId), { method: 'POST', body: { events } });
  }

  /** Searches the history, newest first unless sorted otherwise. @throws ApiError */
  async getEvents(workspaceId: string, query: EventQuery = {}): Promise<readonly PlatformEvent[]> {
    return (await this.ask(workspaceId, query)).events;
  }

  /**
   * Searches by a query (a part of Elasticsearch's language), sums included.
   * @throws ApiError `SearchError`: malformed (`details.path`), or too expensive (`details.reason`)
   */
  search(workspaceId: string, search: Search): Promise<SearchResult> {
    const path = `/workspaces/${encodeURIComponent(workspaceId)}/search`;
    return this.send<SearchResult>(path, { method: 'POST', body: search, isRead: true });
  }

  /**
   * Waits for what comes after an event, oldest first; empty when the time is over.
   * @returns `cursor`: the `afterId` of the next call, so that a loop misses nothing
   */
  async waitForEvents(
    workspaceId: string,
    query: WaitQuery = {},
  ): Promise<{ readonly events: readonly PlatformEvent[]; readonly cursor: string }> {
    const { events, cursor = '' } = await this.ask(workspaceId, { wait: 30, ...query });
    return { events, cursor };
  }

  /** Subscribes to what comes from now on, across reconnections. */
  streamEvents(workspaceId: string, filters: EventFilters = {}, options: StreamOptions = {}): Events {
    return new Events({
      url: `${this.host.replace(/\/v2$/, '')}/v2/workspaces/${workspaceId}/events`,
      headers: () => this.credentials(),
      filters,
      ...(this.options.websockets?.transports && { transports: this.options.websockets.transports }),
      ...options,
    });
  }

  private ask(workspaceId: string, query: WaitQuery): Promise<{ events: readonly PlatformEvent[]; cursor?: string }> {
    return this.send<{ result: { events: readonly PlatformEvent[]; cursor?: string } }>(
      `${this.eventsPath(workspaceId)}${queryText(query)}`,
      { method: 'GET' },
    ).then(({ result }) => result);
  }

  private credentials(): { readonly [header: string]: string } {
    return {
      ...(this.token !== undefined && { authorization: `Bearer ${this.token}` }),
      ...(this.apiKey !== undefined && { [API_KEY_HEADER]: this.apiKey }),
    };
  }

  private eventsPath(workspaceId: string): string {
    return `/workspaces/${encodeURIComponent(workspaceId)}/events`;
  }

  private async send<T>(
    path: string,
    { method, body, isRead = method === 'GET' }: { method: string; body?: unknown; isRead?: boolean },
  ): Promise<T> {
    const request = {
      method,
      headers: {
        ...this.credentials(),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    };
    // What was sent may have arrived although the connection broke: only reading is repeated.
    for (let left = isRead ? READS : 0; ; left--)
      try {
        return (await answerOf(await fetch(`${this.host}${path}`, request))) as T;
      } catch (error) {
        if (error instanceof ApiError || error instanceof HTTPError) throw error;
        if (left === 0) throw new HTTPError(`No answer from ${this.host}`, 0, { cause: error });
      }
  }
}

async function answerOf(response: Response): Promise<unknown> {
  const text = await response.text();
  const body = jsonIn(text);
  if (response.ok && body !== undefined) return body;
  if (isErrorBody(body)) throw new ApiError(body, response.status);
  throw new HTTPError(response.statusText || 'The answer is no JSON', response.status);
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Said above, with the status.
  }
}

function queryText({ types, ...others }: WaitQuery): string {
  const search = new URLSearchParams();
  if (types !== undefined) search.set('types', types.join(','));
  for (const [key, value] of Object.entries(others))
    for (const one of Array.isArray(value) ? (value as readonly unknown[]) : [value])
      if (one !== undefined) search.append(key, String(one));
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
