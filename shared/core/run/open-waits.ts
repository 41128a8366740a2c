/** What a state says of what it waits for. */
import type { Park, State, WaitChange, WaitId } from './types';

const parksOf = ({ fibres }: State): Park[] => fibres.flatMap(({ park }) => (park ? [park] : []));

/** Every wait of the run, to be registered again when its generation is new to the store. */
export const openWaits = (state: State): WaitChange[] =>
  parksOf(state).flatMap((park) =>
    park.kind === 'wait'
      ? [{ open: { id: park.id, workspaceId: state.run.workspaceId, until: park.deadline, ...park.wait } }]
      : [],
  );

/** Everything that a clock ends: waits and sleeps. */
export const timers = (state: State): { readonly id: WaitId; readonly deadline: number }[] =>
  parksOf(state).flatMap((park) =>
    park.kind === 'wait' || park.kind === 'sleep' ? [{ id: park.id, deadline: park.deadline }] : [],
  );

/** Is an answer from outside still to come? The engine's history must not be cut then. */
export const callsOpen = (state: State): boolean =>
  parksOf(state).some(({ kind }) => kind === 'fetch' || kind === 'topics');

/** The last instant that the run may sleep to: until then its contexts must live. Undefined when no clock ends anything. */
export function parkedUntil(state: State): number | undefined {
  const deadlines = timers(state).map(({ deadline }) => deadline);
  return deadlines.length === 0 ? undefined : Math.max(...deadlines);
}
