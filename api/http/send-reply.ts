import { validateHeaderName, validateHeaderValue, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Reply } from './contract';

/** On every answer. An API answers data: nothing in it may be run, framed or guessed at. */
export const securityHeaders = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
} as const;

/** Set by the connection itself; an automation that sets them would break the answer. */
const refused = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive', 'upgrade', 'trailer']);

/** Writes a reply. Whoever calls has set the headers that every answer has. */
export async function sendReply(response: ServerResponse, reply: Reply): Promise<void> {
  if (response.writableEnded || response.destroyed) return void reply.file?.content.destroy();
  response.statusCode = reply.status ?? 200;
  for (const [name, value] of Object.entries(reply.headers ?? {})) setHeader(response, name, value);
  if (reply.stream) return sendStream(response, reply.stream);
  if (reply.file) return sendFile(response, reply.file);
  // These have no body: a client would take it for the next answer.
  if (response.statusCode === 204 || response.statusCode === 304) return void response.end();
  const raw = reply.bytes ?? reply.text;
  const content = raw ? raw.content : JSON.stringify(reply.body ?? {});
  if (!response.hasHeader('content-type')) {
    response.setHeader('content-type', raw ? raw.type : 'application/json; charset=utf-8');
  }
  response.setHeader('content-length', Buffer.byteLength(content));
  response.end(content);
}

/** Names and values that HTTP cannot carry are left out: they come from authors, and must not fail the answer. */
function setHeader(response: ServerResponse, name: string, value: string | readonly string[]): void {
  if (refused.has(name.toLowerCase())) return;
  try {
    validateHeaderName(name);
    for (const one of [value].flat()) validateHeaderValue(name, one);
  } catch {
    return;
  }
  response.setHeader(name, value);
}

async function sendFile(response: ServerResponse, { type, size, content }: NonNullable<Reply['file']>): Promise<void> {
  response.setHeader('content-type', type);
  response.setHeader('content-length', size);
  if (response.req.method === 'HEAD') {
    content.destroy();
    return void response.end();
  }
  try {
    await pipeline(content, response);
  } catch (error) {
    // The client is gone: nobody is left to be told.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

async function sendStream(response: ServerResponse, stream: AsyncIterable<string>): Promise<void> {
  response.setHeader('content-type', 'text/event-stream');
  response.setHeader('cache-control', 'no-cache');
  response.setHeader('connection', 'keep-alive');
  response.flushHeaders();
  for await (const piece of stream) {
    if (response.destroyed) return;
    // Waiting for the client keeps a slow reader from filling our memory.
    if (!response.write(piece)) await drained(response);
  }
  response.end();
}

const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
