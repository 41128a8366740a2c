import type { TryOp } from '../../automation/program';
import type { Executor } from '../../run/execution';

/** Protects its list: an error inside goes to the variable, then `catch` runs. See `run/failures.ts`. */
export const executeTry: Executor<TryOp> = { enter: (_op, here) => here.enterTry() };
