/** Names of everything that crosses between our processes and the engine's workflows. Never renamed: histories hold them. */
import type { Digest, Json } from '../core/json';
import type { FlushAnswer, FlushRequest, SealAnswer, SealRequest } from '../core/run/flush';
import type {
  CallResult,
  ChunkBatch,
  Contexts,
  FetchRequest,
  StartInput,
  State,
  StreamReading,
  Item,
  TopicRequest,
} from '../core/run/types';
import type { Event } from '../core/events/event';

/** Task queue of automations. Other workflows of ours, when there are any, have a queue and a bundle of their own. */
export const RUNS_TASK_QUEUE = 'ostinato-runs';

export const SIGNAL_EVENT = 'deliverEvent';
export interface DeliverEvent {
  readonly waitId: string;
  readonly event: Event;
}
export const UPDATE_MOVE = 'move';

/** Second argument of every run: named in history by digest, resolved by the worker's payload codec (design 3). */
export interface ProgramSetRef {
  readonly $programs: { readonly release: Digest; readonly automation: string };
}

/** Third argument, after continue-as-new only. */
export interface Resume {
  readonly state: State;
  readonly inbox: readonly (readonly [ref: string, item: Item])[];
}
export type RunArguments = [input: StartInput, programs: ProgramSetRef, resume?: Resume];

/** Local activities. */
export interface ShortActivities {
  seal(request: SealRequest): Promise<SealAnswer>;
  flush(request: FlushRequest): Promise<FlushAnswer>;
  /** First reading of the contexts by a run that nobody of ours started (a schedule). First answer wins. */
  readContexts(request: {
    run: string;
    workspaceId: string;
    owners: { readonly [name: string]: string };
  }): Promise<Contexts>;
}

/** Ordinary activities. */
export interface CallActivities {
  fetch(
    request: FetchRequest,
  ): Promise<Pick<CallResult, 'outcome' | 'events' | 'stream' | 'attempts' | 'ms' | 'throttledMs'>>;
  /** The next pieces of a stream that `fetch` has opened; at least one, unless it has ended or is lost. */
  readStream(reading: StreamReading): Promise<Omit<ChunkBatch, 'commandId' | 'index'>>;
  /** `ok: {created}`: did this very call make the topic? */
  topics(request: TopicRequest): Promise<Pick<CallResult, 'outcome' | 'attempts' | 'ms'>>;
}

/** What operators find runs by. Keyword each: SQL visibility has ten of those, three stay free. */
export const SEARCH_ATTRIBUTES = [
  'WorkspaceId',
  'Automation',
  'CorrelationId',
  'Trigger',
  'AppInstance',
  'UserId',
  'Release',
] as const;

/** What a finished workflow answers; a failed run fails its workflow with `type` = the error's name. */
export interface RunAnswer {
  readonly status: number;
  readonly output?: Json;
}
