/** What an `expect.yml` holds. The format for readers: `docs/reference/expectations.md`. */
import type { Json, JsonObject } from '../../shared/core/json';

export interface ExpectFile {
  /** Run against the whole product, with shortened durations. */
  readonly scenarios: readonly Scenario[];
  /** Run on the machine alone, where time passes as told. */
  readonly virtualTime: readonly Scenario[];
}

export interface Scenario {
  readonly name: string;
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

export type Step = CallStep | EmitStep | TriggerStep | UntilStep | EventsStep | RequestStep | PassStep;

export interface CallStep {
  readonly kind: 'call';
  readonly endpoint: string;
  readonly method: string;
  readonly query: { readonly [name: string]: string };
  readonly headers: { readonly [name: string]: string };
  readonly body?: Json;
  readonly key?: string;
  readonly expect: {
    /** Absent: any below 300. */
    readonly status?: number;
    readonly headers: { readonly [name: string]: string };
    readonly body?: Json;
  };
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
export interface UntilStep {
  readonly kind: 'until';
  readonly type: string;
  readonly where: JsonObject;
  readonly count: number;
  readonly withinSeconds: number;
}
/** Right now there are exactly `count` such events. */
export interface EventsStep {
  readonly kind: 'events';
  readonly type: string;
  readonly where: JsonObject;
  readonly count: number;
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
