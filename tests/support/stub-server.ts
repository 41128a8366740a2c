import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json } from '../../shared/core/json';

export interface StubRequest {
  readonly method: string;
  readonly path: string;
  readonly query: { readonly [name: string]: string };
  readonly headers: { readonly [name: string]: string };
  readonly body: Json | string;
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
  const server = createServer((request, response) => {
    void readRequest(request).then(async (asked) => {
      requests.push(asked);
      await handle(asked, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export function answerJson(response: ServerResponse, body: Json, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function readRequest(request: IncomingMessage): Promise<StubRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stub');
  return {
    method: request.method ?? 'GET',
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
    body: request.headers['content-type']?.includes('application/json') && text ? (JSON.parse(text) as Json) : text,
  };
}
