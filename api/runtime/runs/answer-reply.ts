import { isObject, type Json } from '../../../shared/core/json';
import type { Reply } from '../../http/contract';
import type { PartQueue } from './part-queue';
import { streamAnswer, type End } from './stream-answer';

/** Restrictive: what an automation shows as a page may not run scripts with our origin. */
const PAGE_POLICY =
  "default-src 'none'; img-src data: https:; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'; sandbox";

export interface ReplyOptions {
  readonly correlationId: string;
  readonly minimumKeepAliveMs: number;
  /** Told when the reply goes on after `toReply` returns: `finished` is called when it is over. */
  onStream(): { finished(): void };
}

/** Turns the parts of an answer into a reply. The first chunk makes a stream of it. */
export async function toReply(parts: PartQueue, options: ReplyOptions): Promise<Reply> {
  const { correlationId, minimumKeepAliveMs, onStream } = options;
  let headers: { readonly [name: string]: string } = {};
  let status: number | undefined;
  for (;;) {
    const part = await parts.next();
    if ('head' in part) {
      headers = { ...headers, ...part.head.headers };
      status = part.head.status ?? status;
    } else if ('end' in part) {
      return withHeaders(headers, endReply(part.end, status, correlationId));
    } else {
      const lastLine = ({ status: own, output, error }: End) => (error ? errorBody(own, error, correlationId) : output);
      const stream = streamAnswer(part, parts, { minimumKeepAliveMs, lastLine, ...onStream() });
      return { status: 200, headers, stream };
    }
  }
}

/** The automation's own headers go last: it may loosen what we set for its pages. */
const withHeaders = (headers: { readonly [name: string]: string }, reply: Reply): Reply => ({
  ...reply,
  headers: { ...reply.headers, ...headers },
});

/** @param wanted  of the automation; an error keeps its own. 1xx is no end of an answer, so it is left aside */
function endReply({ status: own, output, error }: End, wanted: number | undefined, correlationId: string): Reply {
  if (error) return { status: own, body: errorBody(own, error, correlationId) };
  const status = wanted !== undefined && wanted >= 200 ? wanted : own;
  if (typeof output !== 'string') return { status, body: output ?? {} };
  return {
    status,
    headers: { 'content-security-policy': PAGE_POLICY, 'x-content-type-options': 'nosniff' },
    text: { type: 'text/html; charset=utf-8', content: output },
  };
}

/** The input of the automation, with its headers, is for the `error` event only. */
function errorBody(
  status: number,
  { error, message, details }: NonNullable<End['error']>,
  correlationId: string,
): Json {
  if (status >= 500) return { error: 'Internal', message: 'Internal error', correlationId };
  if (!isObject(details)) return { error, message, details };
  const { payload: _, ...shown } = details;
  return { error, message, details: shown };
}
