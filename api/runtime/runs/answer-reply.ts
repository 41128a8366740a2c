import { isObject, type Json } from '../../../shared/core/json';
import type { AnswerPart } from '../../../shared/core/run/types';
import type { Reply } from '../../http/contract';
import type { PartQueue } from './part-queue';

/** Restrictive: what an automation shows as a page may not run scripts with our origin. */
const PAGE_POLICY =
  "default-src 'none'; img-src data: https:; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'; sandbox";

type End = Extract<AnswerPart, { readonly end: unknown }>['end'];

/**
 * Turns the parts of an answer into a reply. The first chunk makes a stream of it (automations.md 2.2).
 * @param onStream told when the reply goes on after this returns: `finished` must be called when it is over
 */
export async function toReply(
  parts: PartQueue,
  correlationId: string,
  onStream: () => { finished(): void },
): Promise<Reply> {
  let headers: { readonly [name: string]: string } = {};
  for (;;) {
    const part = await parts.next();
    if ('head' in part) headers = { ...headers, ...part.head.headers };
    else if ('end' in part) return withHeaders(headers, endReply(part.end, correlationId));
    else return { status: 200, headers, stream: streamOf(part.chunk, parts, { correlationId, ...onStream() }) };
  }
}

/** The automation's own headers go last: it may loosen what we set for its pages. */
const withHeaders = (headers: { readonly [name: string]: string }, reply: Reply): Reply => ({
  ...reply,
  headers: { ...reply.headers, ...headers },
});

function endReply({ status, output, error }: End, correlationId: string): Reply {
  if (error) return { status, body: errorBody(status, error, correlationId) };
  if (typeof output !== 'string') return { status, body: output ?? {} };
  return {
    status,
    headers: { 'content-security-policy': PAGE_POLICY, 'x-content-type-options': 'nosniff' },
    text: { type: 'text/html; charset=utf-8', content: output },
  };
}

/** The input of the automation, with its headers, is for the `error` event only (automations.md 11.1). */
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

async function* streamOf(
  first: Json,
  parts: PartQueue,
  { correlationId, finished }: { readonly correlationId: string; finished(): void },
): AsyncGenerator<string> {
  try {
    yield dataLine(first);
    for (;;) {
      const part = await parts.next();
      if ('chunk' in part) yield dataLine(part.chunk);
      if ('end' in part) {
        const { status, output, error } = part.end;
        if (error) yield dataLine(errorBody(status, error, correlationId));
        else if (output !== undefined && output !== null && !isEmpty(output)) yield dataLine(output);
        return;
      }
    }
  } finally {
    finished();
  }
}

const dataLine = (value: Json): string => `data: ${JSON.stringify(value)}\n\n`;

/** An output of exactly `{}` says nothing after a stream. */
const isEmpty = (output: Json): boolean =>
  typeof output === 'object' && output !== null && !Array.isArray(output) && Object.keys(output).length === 0;
