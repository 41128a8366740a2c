/**
 * Runs automations on the machine alone, with a clock that only moves when nothing else can happen: thirty days pass in
 * a millisecond. Waits, timers, calls and listeners behave as behind the real shell; there is no store and no engine.
 */
import type { ProgramSet } from '../../core/automation/program';
import { envelopeSize } from '../../core/events/envelope-size';
import { EMIT_TOPIC, type Event } from '../../core/events/event';
import { matchPatterns } from '../../core/events/match-filters';
import type { Json, JsonObject } from '../../core/json';
import { advance, startRun } from '../../core/run/advance';
import { contextOwners } from '../../core/run/context-owners';
import { timers } from '../../core/run/open-waits';
import { correlationIdOf } from '../../core/run/random';
import type {
  Advanced,
  CallResult,
  Command,
  Contexts,
  RunIdentity,
  FetchRequest,
  Item,
  RunKey,
  StartInput,
  State,
  Tokens,
  TopicRequest,
  Turn,
} from '../../core/run/types';
import { redactEvent } from '../../core/secrets/redact-event';
import { aStart } from '../builders';
import { collect, compose, drop, type Inbox } from './inbox';
import { LookBack } from './look-back';
import { VirtualContexts } from './virtual-contexts';
import { cursorAt, VirtualStreams, type StreamStub } from './virtual-streams';

export const DAY_MS = 86_400_000;
const WORKSPACE = 'acme';

/** Answer of a stub API. */
export interface FetchStub {
  readonly outcome: CallResult['outcome'];
  readonly events?: CallResult['events'];
  /** The body comes piece by piece; `outcome` is what is known before. */
  readonly stream?: StreamStub;
  readonly ms?: number;
  readonly throttledMs?: number;
}

export interface WorldOptions {
  /** What a run of this automation may execute. */
  readonly programs: (automation: string) => ProgramSet;
  /** Milliseconds since epoch at which the world begins. */
  readonly now?: number;
  /** Answers calls; without it every call fails. */
  readonly fetch?: (request: FetchRequest) => FetchStub;
  /** Automations that an event starts, by full slug. */
  readonly listeners?: (type: string) => readonly string[];
  readonly limits?: Partial<StartInput['limits']>;
  /** Role of each user in the workspace. */
  readonly roles?: { readonly [userId: string]: string };
  /** How long tokens of a rate limit take to come; without it none. */
  readonly throttle?: (tokens: Tokens) => number;
  /** Takes one turn. Tests put themselves between the machine and the world here. */
  readonly take?: TakeTurn;
  /** Carries a run over a break between two turns, as starting the engine's history afresh does. */
  readonly carry?: (snapshot: Snapshot) => Snapshot;
}

/** All that there is of a run between two turns, or inside one that was cut. */
export interface Snapshot {
  readonly state: State;
  readonly inbox: readonly (readonly [ref: string, item: Item])[];
}

export type TakeTurn = (programs: ProgramSet, run: VirtualRun, turn: Turn) => Advanced;

export interface VirtualRun {
  readonly key: RunKey;
  readonly input: StartInput;
  state: State;
  readonly inbox: Inbox;
  readonly lookBack: LookBack;
  /** Every turn with what came of it, as it happened. */
  readonly turns: { readonly turn: Turn; readonly next: Advanced }[];
}

interface Due {
  readonly at: number;
  readonly happen: () => void;
}

export class World {
  now: number;
  /** Everything that was sent, in order, from inside and outside. */
  readonly events: Event[] = [];
  readonly runs: VirtualRun[] = [];
  readonly contexts = new VirtualContexts();
  /** User topics, each with the call that made it. */
  readonly topics = new Map<string, string>();
  readonly streams = new VirtualStreams();
  private due: Due[] = [];

  constructor(private readonly options: WorldOptions) {
    this.now = options.now ?? Date.UTC(2026, 2, 1, 12);
  }

  /** Starts a run now, and takes it as far as it goes without the clock. */
  start(automation: string, over: Partial<StartInput> = {}): VirtualRun {
    const key = `${WORKSPACE}/${automation}/${this.runs.length}`;
    const { correlationId = correlationIdOf(key), identity = {} } = over;
    const input = aStart({
      automation,
      correlationId,
      trigger: { type: 'endpoint', value: automation },
      args: {},
      contexts: this.read(identity, correlationId),
      ...over,
      identity: this.withRole(identity),
      limits: { ...aStart().limits, ...this.options.limits },
    });
    const run: VirtualRun = {
      key,
      input,
      state: startRun(key),
      inbox: new Map(),
      lookBack: new LookBack(this.events),
      turns: [],
    };
    this.runs.push(run);
    this.take(run, { n: 0, now: this.now, items: [{ start: input }] });
    this.settle();
    return run;
  }

  private withRole(identity: RunIdentity): RunIdentity {
    const role = this.roleOf(identity);
    return role === undefined ? identity : { ...identity, role };
  }

  private roleOf({ userId, sessionId }: RunIdentity): string | undefined {
    return this.options.roles?.[userId ?? sessionId ?? ''];
  }

  private read(identity: RunIdentity, correlationId: string): Contexts {
    const read = this.contexts.read(contextOwners(identity, correlationId));
    const { global } = read;
    if (!this.options.limits?.contextsMaxBytes || !global) return read;
    return { ...read, global: { ...global, usedBytes: this.contexts.usedBytes() } };
  }

  /** An event from outside, now. */
  emit(type: string, payload: JsonObject = {}, correlationId = 'outside'): Event {
    const body = {
      type,
      createdAt: new Date(this.now).toISOString(),
      payload,
      source: { correlationId, workspaceId: WORKSPACE, serviceTopic: EMIT_TOPIC },
    };
    const event = { id: `outside-${this.events.length}`, ...body, size: envelopeSize(body) };
    this.publish(event);
    this.settle();
    return event;
  }

  /** Lets something happen later. */
  at(time: number, happen: () => void): void {
    this.due.push({ at: time, happen });
  }

  /** Moves the clock to this time, or until nothing is left to happen. */
  runUntil(time = Infinity): void {
    for (;;) {
      this.settle();
      const next = this.nextInstant();
      if (next === undefined || next > time) break;
      this.now = Math.max(this.now, next);
      const [happening, later] = [
        this.due.filter(({ at }) => at <= this.now),
        this.due.filter(({ at }) => at > this.now),
      ];
      this.due = later;
      // Timers and events of one instant go into one turn: the machine's order decides, not ours.
      for (const run of this.runs)
        for (const { id, deadline } of timers(run.state)) if (deadline <= this.now) collect(run, { timer: id });
      for (const { happen } of happening) happen();
    }
    if (time !== Infinity) this.now = Math.max(this.now, time);
  }

  private nextInstant(): number | undefined {
    const instants = [
      ...this.due.map(({ at }) => at),
      ...this.runs.flatMap(({ state }) => timers(state).map(({ deadline }) => deadline)),
    ];
    return instants.length === 0 ? undefined : Math.min(...instants);
  }

  private settle(): void {
    for (let again = true; again;) {
      again = false;
      for (const run of this.runs) {
        this.carry(run);
        const items = compose(run);
        if (items.length === 0) continue;
        again = true;
        const contexts = this.contexts.newer(run.state.contexts);
        const used = this.contexts.usedBytes();
        const usedBytes = run.input.limits.contextsMaxBytes && used !== run.state.usedBytes ? { usedBytes: used } : {};
        const role = run.state.roleUnknown ? { role: this.roleOf(run.state.identity) ?? null } : {};
        const changed = { contexts, ...usedBytes, ...role };
        const isNews = Object.keys(contexts).length > 0 || Object.keys(changed).length > 1;
        const woken = isNews ? [{ woken: changed }] : [];
        this.take(run, { n: run.state.n, now: this.now, items: [...woken, ...items] });
      }
    }
  }

  private carry(run: VirtualRun): void {
    const { carry } = this.options;
    if (carry === undefined) return;
    const { state, inbox } = carry({ state: run.state, inbox: [...run.inbox] });
    run.state = state;
    run.inbox.clear();
    for (const [ref, item] of inbox) run.inbox.set(ref, item);
  }

  private take(run: VirtualRun, turn: Turn): void {
    const take = this.options.take ?? ((programs, { state }, t) => advance(programs, state, t));
    const next = take(this.options.programs(run.input.automation), run, turn);
    run.state = next.state;
    run.turns.push({ turn, next });
    drop(run, turn.items);
    run.lookBack.take(turn);
    const before = this.events.length;
    for (const command of next.commands) this.carryOut(run, command, before);
  }

  /** @param before what was sent before this turn */
  private carryOut(run: VirtualRun, command: Advanced['commands'][number], before: number): void {
    switch (command.kind) {
      case 'emit': {
        const { origin: _origin, ...event } = command.event;
        run.lookBack.sends(event);
        const native = event.source.serviceTopic !== EMIT_TOPIC;
        return this.publish(native ? redactEvent(event, run.state.secrets ?? []) : event);
      }
      case 'patch':
        return this.contexts.apply(command.patch);
      case 'fetch':
        return this.fetch(run, command);
      case 'read': {
        const { commandId, request } = command;
        const { at, batch } = this.streams.read(request.stream, request.cursor, this.now);
        return this.at(at, () => collect(run, { chunk: { commandId, ...batch } }));
      }
      case 'close':
        return this.streams.close(command.stream);
      case 'topics': {
        const { commandId, request } = command;
        return this.at(this.now, () =>
          collect(run, { result: { commandId, outcome: this.topic(request), attempts: 1, ms: 0 } }),
        );
      }
      case 'wait': {
        const early = 'open' in command.change ? run.lookBack.early(command.change.open, before) : undefined;
        return early && collect(run, early);
      }
      case 'answer':
        return;
      case 'yield': {
        const { commandId, tokens } = command;
        const throttledMs = tokens ? (this.options.throttle?.(tokens) ?? 0) : 0;
        if (throttledMs === 0) return collect(run, { flushed: { commandId } });
        return this.at(this.now + throttledMs, () => collect(run, { flushed: { commandId, throttledMs } }));
      }
    }
  }

  private fetch(run: VirtualRun, { commandId, request }: Extract<Command, { kind: 'fetch' }>): void {
    const refused = { error: 'FetchError', message: 'no such API', details: {} };
    const stub: FetchStub = this.options.fetch?.(request) ?? { outcome: { err: refused } };
    const { outcome, events, stream: body, ms = 0, throttledMs } = stub;
    const stream = body && (request.resume ?? cursorAt(0));
    const more = { ...(events && { events }), ...(stream && { stream }), ...(throttledMs && { throttledMs }) };
    const result = { commandId, outcome, attempts: 1, ms, ...more };
    this.at(this.now + ms, () => {
      if (body) this.streams.open(request.idempotencyKey, body, this.now);
      collect(run, { result });
    });
  }

  private topic({ kind, topic, create, idempotencyKey }: TopicRequest): CallResult['outcome'] {
    const known = this.topics.get(topic);
    if (known === undefined && kind === 'join' && create === false) {
      const message = `Cannot join topic ${topic} as it does not exist`;
      return { err: { error: 'PrismeError', message, details: { topic } } };
    }
    this.topics.set(topic, known ?? idempotencyKey);
    return { ok: { created: (known ?? idempotencyKey) === idempotencyKey } };
  }

  private publish(event: Event): void {
    this.events.push(event);
    for (const run of this.runs) {
      for (const { park } of run.state.fibres) {
        if (park?.kind === 'wait' && matchPatterns(event, park.wait.oneOf))
          collect(run, { event: { waitId: park.id, event } });
      }
    }
    const { correlationId, automationDepth = 0, sessionId } = event.source;
    for (const automation of this.options.listeners?.(event.type) ?? []) {
      this.at(this.now, () =>
        this.start(automation, {
          trigger: { type: 'event', value: event.type, id: event.id },
          args: { id: event.id, source: event.source as unknown as Json, payload: event.payload },
          correlationId,
          identity: sessionId === undefined ? {} : { sessionId },
          depth: automationDepth,
        }),
      );
    }
  }
}

/** The parts of an answer that have left the run. */
export const answerOf = (run: VirtualRun): { status: number; output?: Json; error?: JsonObject } | undefined =>
  run.turns
    .flatMap(({ next }) => next.commands)
    .flatMap((c) =>
      c.kind === 'answer' && 'end' in c.part ? [c.part.end as { status: number; output?: Json }] : [],
    )[0];
