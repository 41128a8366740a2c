/** Why a run waits, as operators are shown it: made from the state behind each turn. */
import type { NodeId } from '../automation/program';
import { redact } from '../secrets/redact';
import { describePark, shownPark, urlsOf } from './describe-waiting';
import type { Fibre, Park, State } from './types';

/** Where in the author's text: the line is found in the source map of the run's release. */
export interface RunPlace {
  /** Full slug. */
  readonly automation: string;
  readonly node: NodeId;
}

/** `action`: what is asked of the platform itself. `limiter`: tokens of a rate limit. `blocked`: our own task fails. */
export type WaitKind = 'event' | 'timer' | 'fetch' | 'action' | 'limiter' | 'blocked';

/** One reason why a run does not go on. Texts are without secrets. */
export interface WaitNote {
  readonly kind: WaitKind;
  /** Milliseconds since epoch, as all times here. */
  readonly since: number;
  readonly until?: number;
  readonly at?: RunPlace;
  readonly events?: readonly { readonly type: string; readonly filters?: Filters }[];
  readonly call?: { readonly id: string; readonly method: string; readonly host: string };
  readonly sentence: string;
}

type Filters = NonNullable<Extract<Park, { kind: 'wait' }>['wait']['oneOf'][number]['filters']>;

/** The part of a note that only the machine's state tells. */
export interface StateNote {
  /** The first `MOST_WAITS` of them, the oldest first. */
  readonly waits: readonly WaitNote[];
  readonly waitCount: number;
  /** Where the run failed. */
  readonly failedAt?: RunPlace;
}

const MOST_WAITS = 20;
/** Characters of the filters of one wait; longer ones are left out, the sentence still tells of them. */
const MOST_FILTERS = 2_000;

/** @param hidden secrets, left out before anything is cut short */
export function noteOf(state: State, hidden: readonly string[] = []): StateNote {
  const waiting = state.fibres.flatMap((fibre) => {
    const { park } = fibre;
    return park && park.kind !== 'join' && park.kind !== 'drain' ? [{ fibre, park }] : [];
  });
  const oldest = waiting.sort((a, b) => a.park.since - b.park.since).slice(0, MOST_WAITS);
  const failedAt = state.result?.kind === 'failed' ? state.result.at : undefined;
  return {
    waits: oldest.map(({ fibre, park }) => waitNote(state, fibre, shownPark(park, hidden), hidden)),
    waitCount: waiting.length,
    ...(failedAt && { failedAt }),
  };
}

type Waiting = Exclude<Park, { kind: 'join' | 'drain' }>;

function waitNote(state: State, fibre: Fibre, park: Waiting, hidden: readonly string[]): WaitNote {
  const base = {
    since: park.since,
    at: placeOf(state, fibre, park.node),
    sentence: describePark(park, urlsOf(state, hidden)),
  };
  switch (park.kind) {
    case 'wait':
      return { kind: 'event', ...base, until: park.deadline, events: park.wait.oneOf.map(shownPattern) };
    case 'sleep':
      return { kind: 'timer', ...base, until: park.deadline };
    case 'fetch':
      return { kind: 'fetch', ...base, call: callOf(park.id, park.request) };
    case 'stream': {
      const found = state.streams?.[park.stream]?.request;
      const request = found && redact({ method: found.method, url: found.url }, hidden);
      return { kind: 'fetch', ...base, ...(request && { call: callOf(park.id, request) }) };
    }
    case 'topics':
      return { kind: 'action', ...base };
  }
}

const shownPattern = ({ event, filters }: { readonly event: string; readonly filters?: Filters }) => ({
  type: event,
  ...(filters && JSON.stringify(filters).length <= MOST_FILTERS && { filters }),
});

/** Of an address no more than its host: paths and queries are the author's business. */
const callOf = (id: string, { method, url }: { readonly method: string; readonly url: string }) => ({
  id,
  method,
  host: (/^[a-z]+:\/\/(?:[^/?#]*@)?([^/?#]*)/i.exec(url)?.[1] ?? '').slice(0, 200),
});

/** The innermost execution of the fibre. */
export function placeOf({ scopes }: Pick<State, 'scopes'>, fibre: Fibre, node: NodeId): RunPlace {
  let scope = fibre.scope;
  for (const frame of fibre.frames) if (frame.k === 'call') scope = frame.scope;
  return { automation: scopes[scope]?.automation ?? '', node };
}
