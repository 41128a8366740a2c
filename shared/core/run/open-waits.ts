/** What a state says of what it waits for. */
import type { Command, OpenStream, Park, State, WaitChange, WaitId } from './types';

const parksOf = ({ fibres }: State): Park[] => fibres.flatMap(({ park }) => (park ? [park] : []));

/** Every wait of the run, to be registered again when its generation is new to the store. */
export const openWaits = (state: State): WaitChange[] =>
  parksOf(state).flatMap((park) =>
    park.kind === 'wait'
      ? [{ open: { id: park.id, workspaceId: state.run.workspaceId, until: park.deadline, ...park.wait } }]
      : [],
  );

/** Everything that a clock ends: waits, sleeps, and pieces of streams that are held back. */
export const timers = (state: State): { readonly id: WaitId; readonly deadline: number }[] =>
  parksOf(state).flatMap((park) => {
    if (park.kind === 'wait' || park.kind === 'sleep') return [{ id: park.id, deadline: park.deadline }];
    return park.kind === 'stream' && park.timer ? [park.timer] : [];
  });

/** Is an answer from outside still to come? The engine's history must not be cut then. Readings can be asked again. */
export const callsOpen = (state: State): boolean =>
  parksOf(state).some(
    (park) => park.kind === 'fetch' || park.kind === 'topics' || (park.kind === 'stream' && park.reopens === true),
  );

/** The readings of streams that the run waits for. */
export const openReadings = (state: State): Extract<Command, { kind: 'read' }>[] =>
  parksOf(state).flatMap((park) => {
    if (park.kind !== 'stream' || park.reopens) return [];
    const { request, cursor } = streamOf(state, park);
    const reading = { stream: request.idempotencyKey, cursor };
    return [{ kind: 'read', commandId: park.id, node: park.node, request: reading }];
  });

type StreamPark = Extract<Park, { kind: 'stream' }>;

function streamOf(state: State, park: StreamPark): OpenStream {
  const stream = state.streams?.[park.stream];
  if (stream === undefined) throw new Error(`cannot happen: no stream ${park.stream}`);
  return stream;
}

/** The last instant that the run may sleep to: until then its contexts must live. Undefined when no clock ends anything. */
export function parkedUntil(state: State): number | undefined {
  const deadlines = timers(state).map(({ deadline }) => deadline);
  return deadlines.length === 0 ? undefined : Math.max(...deadlines);
}
