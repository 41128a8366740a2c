import type { Json, JsonObject } from '../json';

/** Topic of everything that automations and the events API emit. */
export const EMIT_TOPIC = 'topic:runtime:emit';

export interface EventSource {
  readonly correlationId: string;
  readonly workspaceId: string;
  readonly userId?: string;
  readonly sessionId?: string;
  readonly socketId?: string;
  readonly ip?: string;
  /** The run of this workspace has called for the user: what the event starts has their rights of a member only. */
  readonly sourceWorkspaceId?: string;
  readonly automationSlug?: string;
  /** Executions in the chain so far: the first run emits with 1. */
  readonly automationDepth?: number;
  readonly appSlug?: string;
  readonly appInstanceFullSlug?: string;
  readonly appInstanceDepth?: number;
  /** `topic:runtime:emit` for custom events, else the event's own type. */
  readonly serviceTopic: string;
  readonly http?: JsonObject;
  readonly host?: { readonly service: string; readonly replica: string };
}

export interface EventTarget {
  readonly userTopic?: string;
  readonly userId?: string;
  readonly sessionId?: string;
  readonly currentSocket?: boolean;
}

/** The envelope, as stored and as consumers see it. */
export interface Event {
  /** Minted by the sender: a second delivery of the same id changes nothing. */
  readonly id: string;
  readonly type: string;
  /** ISO 8601 with milliseconds, UTC. */
  readonly createdAt: string;
  /** Characters of the JSON text without `id` and `size`. */
  readonly size: number;
  readonly payload: JsonObject | null;
  readonly source: EventSource;
  readonly target?: EventTarget;
  readonly options?: { readonly persist?: boolean; readonly [key: string]: Json | undefined };
}

/** An event with what only the product knows of it: never shown. */
export interface LoggedEvent {
  /** Order in the broker's log: fixed width, so that text order is log order. */
  readonly position: string;
  readonly event: Event;
  /** Run that emitted it, and where in the run: for audits. */
  readonly origin?: EventOrigin;
  /** A wait with `cancelTriggers` has taken it: it starts nothing. Decided when it is appended, for good. */
  readonly cancelled?: true;
}

export interface EventOrigin {
  readonly run: string;
  readonly gen: number;
  readonly turn: number;
  readonly ordinal: number;
}
