/** Made by scripts/api-types.mjs from shared/contracts/openapi/runs.yaml; never edited. */

import type { Json } from '../../core/json';

export type RunStatus = 'running' | 'waiting' | 'blocked' | 'done' | 'failed' | 'cancelled' | 'terminated';

export type RunRow = {
  readonly id: string;
  readonly automation: string;
  readonly app?: string;
  readonly status: RunStatus;
  readonly trigger: { readonly type: string; readonly value: string; readonly eventId?: string };
  readonly release: string;
  readonly correlationId: string;
  readonly userId?: string;
  readonly depth: number;
  readonly startedAt: string;
  readonly closedAt?: string;
  readonly durationMs: number;
  readonly throttledMs: number;
  readonly wait?: Wait;
  readonly waitCount: number;
  readonly error?: {
    readonly error: string;
    readonly message: string;
    readonly automation?: string;
    readonly nodeId?: string;
    readonly line?: number;
    readonly col?: number;
  };
};

export type RunDetail = RunRow & {
  readonly input?: Json;
  readonly output?: Json;
  readonly waits: readonly Wait[];
  readonly engine: {
    readonly workflowId: string;
    readonly runId: string;
    readonly historyEvents?: number;
    readonly historyBytes?: number;
  };
  readonly links: { readonly temporalUi?: string };
};

export type Wait = {
  readonly kind: 'event' | 'timer' | 'fetch' | 'action' | 'limiter' | 'blocked';
  readonly since: string;
  readonly until?: string;
  readonly at?: {
    readonly automation?: string;
    readonly nodeId?: string;
    readonly line?: number;
    readonly col?: number;
  };
  readonly events?: readonly { readonly type: string; readonly filters?: { readonly [name: string]: Json } }[];
  readonly call?: {
    readonly method?: string;
    readonly host?: string;
    readonly attempt?: number;
    readonly nextAttemptAt?: string;
    readonly lastError?: string;
  };
  readonly sentence: string;
};

/** By operationId. */
export interface Operations {
  /** List runs */
  readonly listRuns: {
    readonly params: { readonly workspaceId: string };
    readonly query: {
      /** Any of `running`, `waiting`, `blocked`, `done`, `failed`, `cancelled`, `terminated` */
      readonly status?: readonly string[];
      /** Full slugs */
      readonly automation?: readonly string[];
      /** A type (`endpoint`, `event`, `schedule`, `automation`), or `<type>:<value>` such as `event:order.placed` */
      readonly trigger?: string;
      readonly correlationId?: string;
      /** Whom the run was started for */
      readonly userId?: string;
      readonly release?: string;
      /** Name of the error that it failed with */
      readonly error?: string;
      /** Type of an event, host of a call, or a kind of wait */
      readonly waitsFor?: string;
      /** Date, inclusive */
      readonly startedFrom?: string;
      /** Date, exclusive */
      readonly startedTo?: string;
      /** Seconds */
      readonly waitingLongerThan?: number;
      /** `started` newest first; `waiting` only runs that wait, the longest first; `duration` only closed ones, the longest first */
      readonly sort?: 'started' | 'waiting' | 'duration';
      readonly limit?: number;
      readonly cursor?: string;
    };
    readonly reply: {
      readonly items: readonly RunRow[];
      readonly next?: string;
      readonly total: { readonly value: number; readonly relation: 'eq' | 'gte' };
    };
  };

  /** Show a run, why it waits, and what went in and out */
  readonly getRun: {
    readonly params: {
      readonly workspaceId: string;
      /** The run id of `x-ostinato-run-id`, percent-encoded */
      readonly runId: string;
    };
    readonly query: Record<never, never>;
    readonly reply: RunDetail;
  };

  /** The trace of a run, one line of JSON for each flush */
  readonly getRunTrace: {
    readonly params: {
      readonly workspaceId: string;
      /** The run id of `x-ostinato-run-id`, percent-encoded */
      readonly runId: string;
    };
    readonly query: Record<never, never>;
    readonly reply: string;
  };

  /** Cancel, terminate or restart a run */
  readonly actOnRun: {
    readonly params: {
      readonly workspaceId: string;
      /** The run id of `x-ostinato-run-id`, percent-encoded */
      readonly runId: string;
    };
    readonly query: Record<never, never>;
    readonly body: {
      readonly action: 'cancel' | 'terminate' | 'restart';
      readonly reason: string;
      readonly ifStatus?: RunStatus;
    };
    readonly reply: { readonly run: RunRow };
  };
}
