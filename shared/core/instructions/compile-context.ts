import type { DocNode } from '../automation/document-node';
import type { NodeId, Op, RaiseOp } from '../automation/program';
import type { Reporter } from '../automation/reporter';
import type { ErrorCode } from '../errors/errors';
import type { JsonObject } from '../json';

/** What the compiler of one instruction may use. It may report, never throws, and sees nothing but its own YAML. */
export interface CompileContext {
  /** As written: `set`, `$try`, or the name of a called automation. */
  readonly name: string;
  readonly reporter: Reporter;
  /** Compiles a list of instructions that belongs to this one. Call it in the order in which ids shall be given. */
  list(node: DocNode | undefined): readonly NodeId[];
  /** Notes an event name that is known now. */
  emits(event: string): void;
}

export interface Compiled {
  readonly op: Op;
  readonly lists?: readonly (readonly NodeId[])[];
}

/** @param payload what stands under the instruction's name; never null, except for `break` */
export type CompileInstruction = (payload: DocNode, context: CompileContext) => Compiled;

export const raise = (error: ErrorCode, message: string, details: JsonObject = {}): { readonly op: RaiseOp } => ({
  op: { op: 'raise', error: { error, message, details } },
});

/** The error of an instruction whose parameters make no sense. */
export const raiseInvalid = (name: string, details: JsonObject = {}): { readonly op: RaiseOp } =>
  raise('InvalidInstructionError', `Invalid ${name} instruction`, details);
