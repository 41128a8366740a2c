import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Json, JsonObject } from '../../shared/core/json';
import { serve } from '../../shared/testing/fakes/serve';

export interface StubRequest {
  readonly method: string;
  readonly path: string;
  /** A repeated parameter is a list. */
  readonly query: JsonObject;
  readonly headers: { readonly [name: string]: string };
  /** JSON where the content type says so; parts of a form as `{name, filename?, type?, text | base64}`; else text. */
  readonly body: Json;
  /** The caller has closed the connection before the answer was complete. */
  hungUp: boolean;
}

export type StubHandler = (request: StubRequest, response: ServerResponse) => void | Promise<void>;

/** The other end of a `fetch`, and what it was asked. */
export interface StubServer {
  readonly url: string;
  readonly requests: readonly StubRequest[];
  close(): Promise<void>;
}

export async function startStub(handle: StubHandler): Promise<StubServer> {
  const requests: StubRequest[] = [];
  const { url, close } = await serve((request, response) => {
    void readRequest(request).then(async (asked) => {
      requests.push(asked);
      response.once('close', () => (asked.hungUp = !response.writableFinished));
      await handle(asked, response);
    });
  });
  return { url, requests, close };
}

export function answerJson(response: ServerResponse, body: Json, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function readRequest(request: IncomingMessage): Promise<StubRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stub');
  const query = [...new Set(searchParams.keys())].map((name): [string, Json] => {
    const values = searchParams.getAll(name);
    return [name, values.length === 1 ? (values[0] ?? '') : values];
  });
  return {
    method: request.method ?? 'GET',
    path: pathname,
    query: Object.fromEntries(query),
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
    body: bodyOf(Buffer.concat(chunks), request.headers['content-type'] ?? ''),
    hungUp: false,
  };
}

function bodyOf(bytes: Buffer, type: string): Json {
  const text = bytes.toString('utf8');
  if (type.includes('application/json') && text) return JSON.parse(text) as Json;
  const boundary = /^multipart\/form-data; boundary=(.+)$/.exec(type)?.[1];
  return boundary === undefined ? text : partsOf(bytes.toString('latin1'), boundary);
}

/** One character a byte. */
const partsOf = (body: string, boundary: string): Json =>
  body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const split = part.indexOf('\r\n\r\n');
      const [head, content] = [part.slice(0, split), Buffer.from(part.slice(split + 4, -2), 'latin1')];
      const find = (pattern: RegExp) => pattern.exec(head)?.[1];
      const [filename, type] = [find(/; filename="([^"]*)"/), find(/\r\nContent-Type: (.*)/i)];
      return {
        name: find(/; name="([^"]*)"/) ?? '',
        ...(filename !== undefined && { filename }),
        ...(type !== undefined && { type }),
        ...(type === undefined || /^(text|application\/json)/.test(type)
          ? { text: content.toString('utf8') }
          : { base64: content.toString('base64') }),
      };
    });
