/** Programs as the machine walks them: nodes linked to each other instead of named. Made once per program object. */
import type { LinkedProgram, NodeId, Op, Program, ProgramSet } from '../automation/program';

export interface LoadedNode {
  readonly id: NodeId;
  readonly op: Op;
  /** The instruction behind it in its list; null at the end. A branch of `all` has none: it is one instruction. */
  readonly next: LoadedNode | null;
  /** First instruction of each list of children. */
  readonly lists: readonly (LoadedNode | null)[];
  /** `all` only: its instructions. */
  readonly branches?: readonly LoadedNode[];
  readonly program: LoadedProgram;
}

export interface LoadedProgram {
  /** Full slug. */
  readonly name: string;
  readonly linked: LinkedProgram;
  readonly first: LoadedNode | null;
  readonly nodes: ReadonlyMap<NodeId, LoadedNode>;
}

const loaded = new WeakMap<LinkedProgram, LoadedProgram>();

/** Undefined when the set has no such automation. */
export function loadProgram(programs: ProgramSet, name: string): LoadedProgram | undefined {
  const linked = Object.hasOwn(programs.automations, name) ? programs.automations[name] : undefined;
  if (linked === undefined) return undefined;
  const known = loaded.get(linked);
  if (known?.name === name) return known;
  const fresh = link(name, linked);
  loaded.set(linked, fresh);
  return fresh;
}

/** The node of that id, of which the state says that it is there. */
export function nodeOf(program: LoadedProgram, id: NodeId): LoadedNode {
  const node = program.nodes.get(id);
  if (node === undefined) throw new Error(`cannot happen: ${program.name} has no node ${id}`);
  return node;
}

type Open<T> = { -readonly [K in keyof T]: T[K] };

function link(name: string, linked: LinkedProgram): LoadedProgram {
  const { program } = linked;
  const nodes = new Map<NodeId, Open<LoadedNode>>();
  const made: Open<LoadedProgram> = { name, linked, first: null, nodes };
  for (const id of Object.keys(program.nodes)) {
    nodes.set(id, { id, op: opOf(program, id), next: null, lists: [], program: made });
  }
  const nodesOf = (ids: readonly NodeId[]) => ids.map((id) => nodeOf(made, id) as Open<LoadedNode>);
  const chain = (ids: readonly NodeId[]): LoadedNode | null => {
    const list = nodesOf(ids);
    list.forEach((node, i) => (node.next = list[i + 1] ?? null));
    return list[0] ?? null;
  };
  for (const [id, node] of nodes) {
    const lists = program.nodes[id]?.lists ?? [];
    if (node.op.op === 'all') node.branches = nodesOf(lists[0] ?? []);
    else node.lists = lists.map(chain);
  }
  made.first = chain(program.do);
  return made;
}

function opOf(program: Program, id: NodeId): Op {
  const node = program.nodes[id];
  if (node === undefined) throw new Error(`cannot happen: no node ${id}`);
  return node.op;
}
