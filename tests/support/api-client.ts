import { isObject, type Json, type JsonObject } from '../../shared/core/json';
import { send, type Answer, type CallOptions } from './workspace-client';

/** The API as somebody with a token calls it. */
export interface ApiClient {
  call(method: string, path: string, body?: Json, options?: CallOptions): Promise<Answer>;
  /** @throws Error unless it is answered with 200 */
  ok(method: string, path: string, body?: Json, options?: CallOptions): Promise<JsonObject>;
  /** A form with one file. */
  upload(path: string, name: string, content: Uint8Array, field?: string): Promise<Answer>;
  download(
    method: string,
    path: string,
    body?: Json,
  ): Promise<{ readonly status: number; readonly headers: Headers; readonly bytes: Buffer }>;
}

/** @param token  null: nobody */
export function apiClient(url: string, token: string | null): ApiClient {
  const headers: { readonly [name: string]: string } = token === null ? {} : { authorization: `Bearer ${token}` };
  const call: ApiClient['call'] = (method, path, body, options = {}) =>
    send(`${url}/v2${path}`, {
      ...options,
      method,
      headers: { ...headers, ...options.headers },
      ...(body !== undefined && { body }),
    });
  return {
    call,
    async ok(method, path, body, options) {
      const answer = await call(method, path, body, options);
      if (answer.status === 200) return isObject(answer.body) ? answer.body : { list: answer.body };
      throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    },
    async upload(path, name, content, field = 'archive') {
      const form = new FormData();
      form.append(field, new Blob([new Uint8Array(content)]), name);
      const response = await fetch(`${url}/v2${path}`, { method: 'POST', headers, body: form });
      const text = await response.text();
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: text.startsWith('{') ? (JSON.parse(text) as Json) : text,
        correlationId: response.headers.get('x-correlation-id') ?? '',
        runId: '',
      };
    },
    async download(method, path, body) {
      const sent =
        body === undefined
          ? { headers }
          : { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) };
      const response = await fetch(`${url}/v2${path}`, { method, ...sent });
      return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
    },
  };
}
