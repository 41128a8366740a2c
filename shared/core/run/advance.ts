/** Front door of the machine. */
import {
  STATE_VERSION,
  type Advanced,
  type AdvanceOptions,
  type RunFacts,
  type RunKey,
  type State,
  type Turn,
} from './types';
import type { ProgramSet } from '../automation/program';
import { applyItem } from './apply-item';
import { closeStreams } from './close-stream';
import { Machine } from './machine';
import { orderItems } from './order-items';
import { correlationIdOf } from './random';
import { runFibres } from './run-fibres';

/** A run to which nothing has happened. The first item of its turn 0 is `start`. */
export const startRun = (key: RunKey, gen = 0): State => ({
  stateVersion: STATE_VERSION,
  run: notStarted(key),
  gen,
  n: 0,
  random: 0,
  fibres: [],
  ready: [],
  nextId: 0,
  scopes: {},
  contexts: {},
  config: {},
  identity: {},
});

/**
 * One turn: what is new at one instant, and all that follows from it until nothing can go on. Pure: the same programs,
 * state and turn give the same answer, in every process, for ever; the arguments are not changed, and what is returned
 * may share structure with them.
 * @param turn     of number `state.n`. After a cut: the same number, no items
 * @param options  `maxSteps` cuts the turn; going on gives what the whole turn would have given
 * @returns `outcome` when no fibre is left
 * @throws only for a bug of ours or a state and programs that do not belong together
 */
export function advance(programs: ProgramSet, state: State, turn: Turn, options: AdvanceOptions = {}): Advanced {
  check(state, turn);
  const now = state.open?.now ?? turn.now;
  const machine = new Machine(programs, state, { n: turn.n, now }, options);
  for (const item of orderItems(turn.items, state)) applyItem(machine, item);
  runFibres(machine);
  if (machine.fibres.size === 0) closeStreams(machine);
  const next = machine.freeze(state);
  return {
    state: next,
    commands: machine.commands,
    steps: machine.stepsOfCall,
    hits: machine.hits(),
    ...(machine.cut && { cut: machine.cut }),
    ...(machine.fibres.size === 0 && machine.result && { outcome: machine.result }),
  };
}

function check(state: State, turn: Turn): void {
  if (turn.n !== state.n) throw new Error(`cannot happen: turn ${turn.n} given to a run at turn ${state.n}`);
  if (state.open && turn.items.length > 0) throw new Error('cannot happen: items in the middle of a turn');
}

const notStarted = (key: RunKey): RunFacts => ({
  key,
  workspaceId: '',
  automation: '',
  release: '',
  correlationId: correlationIdOf(key),
  trigger: { type: 'automation', value: '' },
  startedAt: 0,
  depth: 0,
  env: { ir: 0, machine: '', tz: '', icu: '', regex: '', locale: 'en', timeZone: 'UTC' },
  limits: { maximumSuccessiveCalls: 0, waitDefaultTimeoutMs: 0, eventMaxLength: 0, stepsPerTurn: 0 },
  origin: {},
});
