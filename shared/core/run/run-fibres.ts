/** The loop: takes fibres in turn, and each one step by step until it parks or ends. */
import { executors } from '../instructions/execute';
import type { Op } from '../automation/program';
import { closeStream } from './close-stream';
import { Execution, type Executor } from './execution';
import { finishExecution } from './executions';
import { endTry, failureOf, raise } from './failures';
import { finishBranch, goOn } from './fibres';
import type { LoadedNode } from './load-programs';
import type { Machine } from './machine';
import { nextOfStream, takePiece } from './streams';
import { hasTokens, spendTokens, wishOf, wishOfIteration } from './tokens';
import type { RepeatFrame, WorkFibre } from './work';
import { writeOwnLocal } from './write-variable';

/** Runs until nothing can go on, the step budget of the turn is used up, or the caller's `maxSteps` are. */
export function runFibres(machine: Machine): void {
  while (machine.ready.length > 0 && machine.yielded === undefined) {
    const id = machine.ready[0] as number;
    machine.ready = machine.ready.slice(1);
    const fibre = machine.fibre(id);
    machine.running = fibre;
    while (goesOn(fibre)) {
      if (machine.yielded !== undefined || machine.cut) {
        machine.ready = [id, ...machine.ready];
        break;
      }
      try {
        steps(machine, fibre);
      } catch (e) {
        raise(machine, fibre, failureOf(e));
      }
    }
    machine.running = undefined;
    if (machine.cut) return;
  }
}

export const goesOn = (fibre: WorkFibre): boolean => !fibre.ended && fibre.park === undefined;

function steps(machine: Machine, fibre: WorkFibre): void {
  while (goesOn(fibre) && machine.yielded === undefined) {
    const top = fibre.frames[fibre.frames.length - 1];
    switch (top?.k) {
      case undefined:
        return finishBranch(machine, fibre);
      case 'list':
        if (top.at === null) {
          fibre.frames.pop();
          if (fibre.frames[fibre.frames.length - 1]?.k === 'list') goOn(fibre);
        } else if (!mayGo(machine, fibre, wishOf(top.at.op))) return;
        else if (enter(machine, fibre, top.at) === 'done') top.at = top.at.next;
        break;
      case 'repeat':
        if (top.stream === undefined ? top.index >= top.count : nextOfStream(machine, fibre, top) === 'over') {
          endRepeat(machine, fibre, top);
        } else if (fibre.park !== undefined) break;
        else if (!mayGo(machine, fibre, wishOfIteration(top.index))) return;
        else nextTurn(machine, fibre, top);
        break;
      case 'try':
        endTry(fibre);
        break;
      case 'call':
        finishExecution(machine, fibre, top);
        break;
      case 'all':
        throw new Error('cannot happen: a fibre that waits for its branches goes on');
    }
  }
}

/** Tokens are taken with the step, so that a turn which is cut in between takes them once. */
function mayGo(machine: Machine, fibre: WorkFibre, wish: ReturnType<typeof wishOf>): boolean {
  if (!hasTokens(machine, fibre, wish) || !takeStep(machine)) return false;
  spendTokens(machine, wish);
  return true;
}

/** Steps are counted, never timed, so that a replay yields at the same places. */
function takeStep(machine: Machine): boolean {
  if (machine.steps >= machine.run.limits.stepsPerTurn) machine.yieldTurn();
  else if (machine.stepsOfCall >= machine.maxSteps) machine.cut = true;
  else {
    machine.steps++;
    machine.stepsOfCall++;
    return true;
  }
  return false;
}

function enter(machine: Machine, fibre: WorkFibre, node: LoadedNode): 'done' | 'inside' {
  machine.hit(node);
  machine.seen(node, fibre, 'enter');
  return executorOf(node).enter(node.op, new Execution(machine, fibre, node));
}

export const executorOf = ({ op }: LoadedNode): Executor => executors[op.op] as Executor<Op>;

function nextTurn(machine: Machine, fibre: WorkFibre, frame: RepeatFrame): void {
  const index = frame.index++;
  if (frame.stream !== undefined) writeOwnLocal(fibre.scope, 'item', takePiece(machine, fibre, frame.stream));
  else {
    writeOwnLocal(fibre.scope, 'item', frame.items === null ? index : frame.items[index]);
    writeOwnLocal(fibre.scope, '$index', index);
  }
  const first = frame.node.lists[0] ?? null;
  if (first !== null) fibre.frames.push({ k: 'list', owner: frame.node.id, list: 0, at: first });
}

function endRepeat(machine: Machine, fibre: WorkFibre, frame: RepeatFrame): void {
  if (frame.index > 0) writeOwnLocal(fibre.scope, 'item', undefined);
  closeStream(machine, frame.stream);
  fibre.frames.pop();
  goOn(fibre);
}
