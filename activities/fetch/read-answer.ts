import type { Dispatcher } from 'undici';
import { fail } from '../../shared/core/errors/errors';
import type { Json, JsonObject } from '../../shared/core/json';
import type { CallResult, FetchRequest } from '../../shared/core/run/types';

/** Makes the answer of an API into a value, by its content type and the instruction's `outputMode`. */
export async function readAnswer(
  request: FetchRequest,
  response: Dispatcher.ResponseData,
): Promise<Pick<CallResult, 'outcome' | 'events'>> {
  const headers = oneEach(response.headers);
  const type = typeof headers['content-type'] === 'string' ? headers['content-type'] : '';
  const bytes = Buffer.from(await response.body.arrayBuffer());
  const status = response.statusCode;
  const body = request.outputMode === 'data_url' ? dataUrl(bytes, type) : valueOf(bytes, type, request.url);
  const output: Json = request.outputMode === 'detailed_response' ? { status, headers, body, stream: false } : body;
  if (status < 400 || !request.emitErrors) return { outcome: { ok: output } };
  const failed = {
    type: 'runtime.fetch.failed',
    payload: { request: publicPart(request), response: { status, body, headers } },
  };
  return { outcome: { ok: output }, events: [failed] };
}

function valueOf(bytes: Buffer, type: string, url: string): Json {
  if (bytes.length === 0) return '';
  if (type.includes('application/json') || type.includes('+json')) {
    try {
      return JSON.parse(bytes.toString('utf8')) as Json;
    } catch (cause) {
      throw fail('FetchError', `invalid json response body at ${url}`, { url }, { cause });
    }
  }
  // Bytes have no JSON form: base64, as in an upload. `data_url` gives them with their type.
  if (/^(application|image|audio|video|font)\//.test(type) && !/xml|javascript|x-www-form-urlencoded/.test(type))
    return bytes.toString('base64');
  return bytes.toString('utf8');
}

const dataUrl = (bytes: Buffer, type: string): string =>
  `data:${type.split(';')[0]?.trim() || 'application/octet-stream'};base64,${bytes.toString('base64')}`;

/** Single-valued headers as text, others as lists. */
function oneEach(headers: Dispatcher.ResponseData['headers']): JsonObject {
  const out: { [name: string]: Json } = {};
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) out[name] = value as Json;
  return out;
}

/** The request as its author wrote it, without credentials: it goes into an event. */
function publicPart({ url, method, headers, query, body }: FetchRequest): JsonObject {
  const shown = Object.entries(headers).filter(
    ([name]) => !/^(authorization|cookie|x-api-key|proxy-authorization)$/i.test(name),
  );
  return {
    url,
    method: method.toLowerCase(),
    headers: Object.fromEntries(shown),
    ...(query && { query }),
    ...(body !== undefined && { body }),
  };
}
