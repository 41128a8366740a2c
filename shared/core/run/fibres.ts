/** Branches of `all`: how they begin, are joined, let go and ended. */
import { closeStream } from './close-stream';
import type { LoadedNode } from './load-programs';
import type { Machine } from './machine';
import { scopeOnTop } from './scope-on-top';
import type { AllFrame, WorkFibre, WorkScope } from './work';

/** A fibre for each instruction of the node's list; they go on before any other fibre. @returns false for an empty list */
export function forkBranches(machine: Machine, parent: WorkFibre, node: LoadedNode): boolean {
  const branches = (node.branches ?? []).map((at) =>
    machine.addFibre(parent.scope, [{ k: 'list', owner: node.id, list: 0, at }], parent.id),
  );
  if (branches.length === 0) return false;
  const ids = branches.map((branch) => branch.id);
  parent.frames.push({ k: 'all', node, branches: ids });
  parent.park = { kind: 'join' };
  machine.ready = [...ids, ...machine.ready];
  return true;
}

/** A fibre has come to its end: who waited for it may go on. */
export function finishBranch(machine: Machine, fibre: WorkFibre): void {
  machine.removeFibre(fibre);
  if (fibre.detached) return endDrain(machine, fibre.base);
  const { parent, frame } = joinOf(machine, fibre);
  frame.branches = frame.branches.filter((id) => id !== fibre.id);
  if (frame.branches.length > 0) return;
  parent.frames.pop();
  goOn(parent);
  machine.wake(parent);
}

/**
 * A branch has failed: its `all` is over, and the parent must deal with the error. The other branches go on, but nobody
 * waits for them any more. @returns the parent, with the `all` taken off
 */
export function failBranch(machine: Machine, fibre: WorkFibre): WorkFibre {
  machine.removeFibre(fibre);
  const { parent, frame } = joinOf(machine, fibre);
  for (const id of frame.branches) {
    if (id === fibre.id) continue;
    machine.fibre(id).detached = true;
    machine.detached++;
  }
  parent.frames.pop();
  parent.park = undefined;
  return parent;
}

/** The last fibre of an execution that was let go has ended: the execution may answer. */
export function endDrain(machine: Machine, scope: WorkScope): void {
  for (const fibre of machine.fibres.values()) if (fibre.detached && fibre.base === scope) return;
  for (const fibre of machine.fibres.values()) {
    const top = fibre.frames[fibre.frames.length - 1];
    if (fibre.park?.kind === 'drain' && top?.k === 'call' && top.scope === scope) return machine.wake(fibre);
  }
}

/** Ends every fibre that began in this execution, and what they began. */
export function killFibresOf(machine: Machine, scope: WorkScope): void {
  for (const fibre of [...machine.fibres.values()])
    if (fibre.base === scope && !holds(fibre, scope)) kill(machine, fibre);
}

/** The run's own fibre begins in the execution that it holds. */
const holds = (fibre: WorkFibre, scope: WorkScope): boolean => {
  const bottom = fibre.frames[0];
  return bottom?.k === 'call' && bottom.scope === scope;
};

/** Takes off the frames above, with all that hangs on them. */
export function truncateFibre(machine: Machine, fibre: WorkFibre, length: number): void {
  if (fibre.park?.kind === 'wait') machine.command({ kind: 'wait', change: { close: fibre.park.id } });
  if (fibre.park?.kind === 'stream') closeStream(machine, fibre.park.stream);
  fibre.park = undefined;
  for (const frame of fibre.frames.splice(length)) {
    if (frame.k === 'call') killFibresOf(machine, frame.scope);
    if (frame.k === 'repeat') closeStream(machine, frame.stream);
  }
  fibre.scope = scopeOnTop(fibre);
}

function kill(machine: Machine, fibre: WorkFibre): void {
  if (fibre.ended) return;
  machine.removeFibre(fibre);
  machine.ready = machine.ready.filter((id) => id !== fibre.id);
  truncateFibre(machine, fibre, 0);
}

function joinOf(machine: Machine, fibre: WorkFibre): { readonly parent: WorkFibre; readonly frame: AllFrame } {
  const parent = fibre.joins === undefined ? undefined : machine.fibres.get(fibre.joins);
  const frame = parent?.frames[parent.frames.length - 1];
  if (parent === undefined || frame?.k !== 'all') throw new Error(`cannot happen: nobody joins fibre ${fibre.id}`);
  return { parent, frame };
}

/** The instruction on top is done: the list goes on behind it. */
export function goOn(fibre: WorkFibre): void {
  const top = fibre.frames[fibre.frames.length - 1];
  if (top?.k !== 'list' || top.at === null) throw new Error('cannot happen: no instruction to go on behind');
  top.at = top.at.next;
}
