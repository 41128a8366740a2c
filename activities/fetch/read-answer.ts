import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Dispatcher } from 'undici';
import { fail } from '../../shared/core/errors/errors';
import type { Json, JsonObject } from '../../shared/core/json';
import type { CallResult, FetchRequest } from '../../shared/core/run/types';
import { placeOf, publicPart, withoutCredentials } from './shown';

type Response = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers'>;
type Read = Pick<CallResult, 'outcome' | 'events'>;

/** Makes the answer of an API into a value, by its content type and the instruction's `outputMode`. */
export async function readAnswer(request: FetchRequest, response: Response, content: Readable): Promise<Read> {
  const headers = headersOf(response);
  const type = typeOf(headers);
  const bytes = await buffer(content);
  const status = response.statusCode;
  const body = request.outputMode === 'data_url' ? dataUrl(bytes, type) : valueOf(bytes, type, request.url);
  const detailed = request.outputMode === 'detailed_response' || request.wantsStream === true;
  const output: Json = detailed ? { status, headers, body, stream: false } : body;
  return { outcome: { ok: output }, ...failedEvent(request, response, body) };
}

/** What is known when a stream begins: all but the body. */
export function streamAnswer(request: FetchRequest, response: Response): Read {
  const ok = { status: response.statusCode, headers: headersOf(response), stream: true };
  return { outcome: { ok }, ...failedEvent(request, response, null) };
}

/** Is the body read piece by piece? Where a stream is wanted, also that of a source that names its type carelessly. */
export function isStream({ wantsStream }: FetchRequest, response: Response): boolean {
  const type = typeOf(headersOf(response)).toLowerCase();
  if (type.includes('text/event-stream')) return true;
  return wantsStream === true && response.statusCode < 400 && /^($|text\/plain|application\/octet-stream)/.test(type);
}

function failedEvent(request: FetchRequest, response: Response, body: Json): Pick<CallResult, 'events'> {
  const { statusCode: status } = response;
  if (status < 400 || !request.emitErrors) return {};
  const headers = withoutCredentials(headersOf(response));
  const payload = { request: publicPart(request), response: { status, body, headers } };
  return { events: [{ type: 'runtime.fetch.failed', payload }] };
}

export function valueOf(bytes: Buffer, contentType: string, url: string): Json {
  if (bytes.length === 0) return '';
  const type = contentType.toLowerCase();
  if (type.includes('application/json') || type.includes('+json')) {
    try {
      return JSON.parse(bytes.toString('utf8')) as Json;
    } catch (cause) {
      const place = placeOf(url);
      throw fail('FetchError', `invalid json response body at ${place}`, { url: place }, { cause });
    }
  }
  // Bytes have no JSON form: base64, as in an upload. `data_url` gives them with their type.
  if (/^(application|image|audio|video|font)\//.test(type) && !/xml|javascript|x-www-form-urlencoded/.test(type))
    return bytes.toString('base64');
  return bytes.toString('utf8');
}

const dataUrl = (bytes: Buffer, type: string): string =>
  `data:${type.split(';')[0]?.trim() || 'application/octet-stream'};base64,${bytes.toString('base64')}`;

const typeOf = (headers: JsonObject): string =>
  typeof headers['content-type'] === 'string' ? headers['content-type'] : '';

/** Single-valued headers as text, others as lists. */
export function headersOf({ headers }: Response): JsonObject {
  const out: { [name: string]: Json } = {};
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) out[name] = value as Json;
  return out;
}
