import type { RaiseOp } from '../../automation/program';
import { fail, type ErrorCode } from '../../errors/errors';
import type { Executor } from '../../run/execution';

/** A flaw that the compiler found: its documented error, now that the run has come to it. */
export const executeRaise: Executor<RaiseOp> = {
  enter({ error: { error, message, details } }) {
    throw fail(error as ErrorCode, message, details);
  },
};
