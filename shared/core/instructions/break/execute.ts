import type { BreakOp } from '../../automation/program';
import type { Executor } from '../../run/execution';

/** Leaves the automation from any depth; `scope: all` leaves its callers too. Not an error: outputs are still answered. */
export const executeBreak: Executor<BreakOp> = {
  enter: (op, here) => here.break(here.render(op.scope) === 'all' ? 'all' : 'automation'),
};
