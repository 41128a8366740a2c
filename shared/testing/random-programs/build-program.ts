import { canonicalJson } from '../../core/canonical-json';
import {
  IR_VERSION,
  type LinkedProgram,
  type NodeId,
  type Op,
  type Program,
  type ProgramNode,
} from '../../core/automation/program';
import { sha256Hex } from '../../core/hash';
import type { Template } from '../../core/expression/ast';
import type { Value } from '../../core/json';

/** An instruction with its lists, before it gets an id. */
export interface Instruction {
  readonly op: Op;
  readonly lists?: readonly (readonly Instruction[])[];
}

/** A program from instructions, without YAML: node ids are given in document order, as the compiler does. */
export function buildProgram(slug: string, body: readonly Instruction[], output?: Template): Program {
  const nodes: { [id: NodeId]: ProgramNode } = {};
  let next = 0;
  const place = (parent: NodeId | null, { op, lists }: Instruction): NodeId => {
    const id = `n${next++}`;
    nodes[id] = { op, parent, anchor: op.op };
    const children = lists?.map((list) => list.map((child) => place(id, child)));
    if (children) nodes[id] = { op, parent, anchor: op.op, lists: children };
    return id;
  };
  const start = body.map((instruction) => place(null, instruction));
  return { irVersion: IR_VERSION, slug, do: start, nodes, ...(output && { output }) };
}

export const link = (program: Program, instance = ''): LinkedProgram => ({
  digest: `p:${sha256Hex(canonicalJson(program as unknown as Value)).slice(0, 16)}`,
  instance,
  program,
});
