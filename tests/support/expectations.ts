/** What an `expect.yml` holds. The format for readers: `docs/reference/expectations.md`. */
import type { Json, JsonObject } from '../../shared/core/json';

export interface ExpectFile {
  /** Of the product that runs the scenarios, over those that all have. */
  readonly settings: { readonly [name: string]: string };
  /** Run against the whole product, with shortened durations. */
  readonly scenarios: readonly Scenario[];
  /** Run on the machine alone, where time passes as told. */
  readonly virtualTime: readonly Scenario[];
}

export interface Scenario {
  readonly name: string;
  /** Entries of the reference that it is an example of. */
  readonly shows: readonly string[];
  /** Put over the `config.value` of the workspace. `${stub}` is the address of the stub server. */
  readonly config: JsonObject;
  readonly stub: readonly StubAnswer[];
  readonly steps: readonly Step[];
}

export interface StubAnswer {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body?: Json;
  /** Bytes instead of `body`. */
  readonly base64?: string;
  /** Sent one after the other instead of a body: texts, bytes, or milliseconds to wait. */
  readonly packets?: readonly (string | number | { readonly base64: string })[];
  /** `reset` cuts the connection, at once or behind the packets; `hang` leaves it open. */
  readonly end: 'close' | 'reset' | 'hang';
}

export type Step =
  CallStep | TestStep | EmitStep | TriggerStep | UntilStep | EventsStep | OrderStep | RequestStep | PassStep;

export interface CallStep {
  readonly kind: 'call';
  readonly endpoint: string;
  /** Absent: the scenario's own. Else a workspace that is served under its own name. */
  readonly workspace?: string;
  readonly method: string;
  readonly query: { readonly [name: string]: string | readonly string[] };
  readonly headers: { readonly [name: string]: string };
  /** What is sent; at most one of the four. */
  readonly body?: Json;
  readonly text?: string;
  readonly form?: { readonly [name: string]: string | readonly string[] };
  readonly multipart?: readonly FormPart[];
  readonly key?: string;
  /** Absent: nobody. */
  readonly caller?: string;
  readonly expect: ExpectedAnswer;
  readonly as?: string;
  /** Taken while the call waits for its answer. */
  readonly meanwhile: readonly Step[];
}
/** A field, or a file when it has a name: with these contents, or as many zeros. */
export interface FormPart {
  readonly field: string;
  readonly value?: string;
  readonly file?: { readonly name: string; readonly type: string; readonly content: string | number };
}
export interface ExpectedAnswer extends Looks {
  /** Absent: any below 300. */
  readonly status?: number;
  readonly headers: { readonly [name: string]: string };
  /** Names of headers that are not there. */
  readonly withoutHeaders: readonly string[];
  /** The whole of it. */
  readonly body?: Json;
  /** A part of it: objects may have more fields. */
  readonly contains?: Json;
  /** Messages of a stream (`text/event-stream`), in order. */
  readonly messages?: readonly Json[];
}
/** How a value looks, by dotted paths into it. */
export interface Looks {
  readonly absent: readonly string[];
  /** Path -> regular expression. */
  readonly matches: { readonly [path: string]: string };
}
/** Calls the route that tries an automation out. */
export interface TestStep {
  readonly kind: 'test';
  readonly automation: string;
  readonly payload: JsonObject;
  readonly expect: ExpectedAnswer;
  readonly as?: string;
}
export interface EmitStep {
  readonly kind: 'emit';
  readonly type: string;
  readonly payload: JsonObject;
}
export interface TriggerStep {
  readonly kind: 'trigger';
  readonly automation: string;
}
/** Waits until at least `count` such events are in the history. */
export interface UntilStep extends Looks {
  readonly kind: 'until';
  readonly type: string;
  readonly where: JsonObject;
  readonly count: number;
  readonly withinSeconds: number;
}
/** Right now there are exactly `count` such events. */
export interface EventsStep extends Looks {
  readonly kind: 'events';
  readonly type: string;
  readonly where: JsonObject;
  readonly count: number;
}
/** All events of these types came in this order. */
export interface OrderStep {
  readonly kind: 'order';
  readonly types: readonly string[];
  readonly where: JsonObject;
}
/** The stub server was asked this, exactly so often (once, unless told). */
export interface RequestStep {
  readonly kind: 'request';
  readonly method: string;
  readonly path: string;
  readonly query?: JsonObject;
  readonly headers: { readonly [name: string]: string };
  /** Headers that no request had. */
  readonly absent: readonly string[];
  /** Headers that had one value in all requests. */
  readonly same: readonly string[];
  readonly body?: Json;
  readonly count: number;
  /** The caller has closed the connection before the end of the answer. */
  readonly hungUp: boolean;
}
export interface PassStep {
  readonly kind: 'pass';
  readonly ms: number;
}
