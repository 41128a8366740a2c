import type { AllOp } from '../../automation/program';
import type { Executor } from '../../run/execution';

/** A branch for each instruction, in order; they share the variables. Done when all are. */
export const executeAll: Executor<AllOp> = { enter: (_op, here) => here.fork() };
