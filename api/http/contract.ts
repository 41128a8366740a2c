import type { Readable } from 'node:stream';
import type { Json, JsonObject } from '../../shared/core/json';
import type { Caller } from '../../shared/ports/access';

/** A request as handlers see it: parsed, validated, with its caller. Nothing of the web framework is left in it. */
export interface HttpRequest {
  readonly operationId: string;
  readonly method: string;
  /** Percent-decoded once. A path parameter that takes the rest of the path keeps its slashes. */
  readonly params: { readonly [name: string]: string };
  /** Repeated keys are lists. */
  readonly query: { readonly [name: string]: string | readonly string[] };
  /** Lower-case names; what only the gateway may say is gone from them. */
  readonly headers: { readonly [name: string]: string };
  /** Absent for none, and for a content type that is not parsed; a text where the operation takes one (`x-text-body`). */
  readonly body?: Json;
  /** The body as it comes, where the operation reads it itself (`x-stream-body`). */
  readonly incoming?: Readable;
  readonly caller: Caller;
  /** `{originalUrl, method, ip?, path, hostname}` for `source.http` of events. */
  readonly http: JsonObject;
  /** Aborted when the client is gone before its answer. */
  readonly signal: AbortSignal;
}

export interface Reply {
  /** 200 when absent. */
  readonly status?: number;
  /** A list is one header for each. */
  readonly headers?: { readonly [name: string]: string | readonly string[] };
  /** Sent as JSON; absent = `{}`. */
  readonly body?: Json;
  /** Sent as it is, instead of `body`. */
  readonly text?: { readonly type: string; readonly content: string };
  /** Sent as they are, instead of `body`. */
  readonly bytes?: { readonly type: string; readonly content: Uint8Array };
  /** Sent as it is read, instead of `body`; `size` in bytes. */
  readonly file?: { readonly type: string; readonly size: number; readonly content: Readable };
  /** Sent piece by piece as `text/event-stream`, instead of `body`. */
  readonly stream?: AsyncIterable<string>;
}

export type Handler = (request: HttpRequest) => Promise<Reply>;

/** Keyed by the operationId of the service's OpenAPI file. */
export type Handlers = { readonly [operationId: string]: Handler };
