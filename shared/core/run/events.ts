/** Makes the events that a run sends: ids, envelopes, sources, sizes. */
import { appSource } from '../events/app-source';
import { envelopeSize } from '../events/envelope-size';
import { EMIT_TOPIC, type EventSource, type EventTarget } from '../events/event';
import { prefixed } from '../events/app-names';
import type { ErrorDetails, ErrorValue } from '../errors/errors';
import { isObject, type Json, type JsonObject } from '../json';
import type { Machine } from './machine';
import { sizeOf } from './to-json';
import type { OutEvent } from './types';
import type { WorkScope } from './work';

/** Which execution speaks. */
export interface Speaking {
  readonly slug: string;
  readonly instance: string;
  readonly depth: number;
}

export const sourceIn = ({ program, facts }: WorkScope): Speaking => ({
  slug: program.linked.program.slug,
  instance: program.linked.instance,
  depth: facts.depth,
});

interface Content {
  readonly payload: JsonObject | null;
  readonly options?: OutEvent['options'];
  readonly target?: EventTarget;
}

interface NativeContent extends Content {
  /** Payloads to try when this one is too large, before none at all. */
  readonly smaller?: readonly JsonObject[];
}

/** An event of the product itself. It carries the user; one that is too large loses its payload rather than its run. */
export function nativeEvent(machine: Machine, by: Speaking, type: string, content: NativeContent): OutEvent {
  const { smaller = [], ...whole } = content;
  const limit = machine.run.limits.eventMaxLength;
  const source = sourceOf(machine, by, type, machine.identity.userId);
  // Far too large ones are not even written down to be measured.
  const [first = null, ...others] = [whole.payload, ...smaller, null].filter((p) => sizeOf(p) <= 8 * limit);
  let event = envelope(machine, type, source, { ...whole, payload: first });
  for (const payload of others) {
    if (event.size <= limit) break;
    event = resized({ ...event, payload });
  }
  machine.command({ kind: 'emit', event });
  return event;
}

/** An event of an automation, not sent yet: the caller may find it too large. It has a session, but no user. */
export function customEvent(machine: Machine, by: Speaking, name: string, content: Content): OutEvent {
  return envelope(machine, prefixed(by.instance, name), sourceOf(machine, by, EMIT_TOPIC, undefined), content);
}

/** `args`: what the failed execution had been given. */
interface ErrorContext {
  readonly args?: JsonObject;
  readonly caught?: boolean;
  /** Where the event stands for another that an automation wanted to emit. */
  readonly name?: string;
}

/** `error` event: who failed, with what, and what it had been given. Its name is the same inside apps: the source tells. */
export function errorEvent(machine: Machine, by: Speaking, error: ErrorValue, context: ErrorContext = {}): OutEvent {
  const { args, caught, name = 'error' } = context;
  const payloadWith = (details: ErrorDetails): JsonObject => ({
    error: error.error,
    message: error.message,
    details,
    ...(caught && { caught }),
  });
  // A list stays a list: it tells of the arguments already.
  const showsArgs = args !== undefined && isObject(error.details);
  const full = showsArgs ? { ...error.details, payload: withoutCredentials(args) } : error.details;
  return nativeEvent(machine, by, name, {
    payload: payloadWith(full),
    smaller: [payloadWith(error.details), payloadWith({})],
  });
}

/** Inputs of an execution as events may show them. */
export function withoutCredentials(args: JsonObject): JsonObject {
  const { $http: _stream, ...shown } = args;
  const { headers } = shown;
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) return shown;
  const kept = Object.entries(headers as JsonObject).filter(([name]) => name.toLowerCase() !== 'authorization');
  return { ...shown, headers: Object.fromEntries(kept) };
}

function envelope(
  machine: Machine,
  type: string,
  source: EventSource,
  { payload, options, target }: Content,
): OutEvent {
  const ordinal = machine.ordinal;
  const id = machine.mint('event');
  const createdAt = new Date(machine.now).toISOString();
  const body = { type, createdAt, payload, source, ...(target && { target }), ...(options && { options }) };
  const origin = { run: machine.run.key, gen: machine.gen, turn: machine.n, ordinal };
  return { id, ...body, size: envelopeSize(body), origin };
}

const resized = (event: OutEvent): OutEvent => ({ ...event, size: envelopeSize(event) });

function sourceOf(machine: Machine, by: Speaking, serviceTopic: string, userId: string | undefined): EventSource {
  const { run, identity } = machine;
  return {
    correlationId: run.correlationId,
    workspaceId: run.workspaceId,
    ...(userId !== undefined && { userId }),
    ...(identity.sessionId !== undefined && { sessionId: identity.sessionId }),
    ...(identity.socketId !== undefined && { socketId: identity.socketId }),
    ...(identity.ip !== undefined && { ip: identity.ip }),
    ...(identity.sourceWorkspaceId !== undefined && { sourceWorkspaceId: identity.sourceWorkspaceId }),
    automationSlug: by.slug,
    automationDepth: by.depth,
    ...appSource(by.instance, machine.programs.apps?.[by.instance]?.slug),
    serviceTopic,
    ...(run.http && { http: run.http }),
  };
}

/** The event without what only the product knows: what automations see of it. */
export function shown({ origin: _origin, ...event }: OutEvent): Json {
  return event as unknown as Json;
}
