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
/** The stub server was asked this, exactly once. */
export interface RequestStep {
  readonly kind: 'request';
  readonly method: string;
  readonly path: string;
  readonly query?: JsonObject;
  readonly headers: { readonly [name: string]: string };
  readonly body?: Json;
}
export interface PassStep {
  readonly kind: 'pass';
  readonly ms: number;
}
