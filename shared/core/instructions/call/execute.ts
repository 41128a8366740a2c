import type { CallOp } from '../../automation/program';
import { isObject } from '../../json';
import type { Executor } from '../../run/execution';

/** Runs another automation inside this run: its arguments are its locals, its answer goes to `output` when it ends. */
export const executeCall: Executor<CallOp> = {
  enter(op, here) {
    const args = here.renderJson(op.arguments);
    return here.call(op.automation, isObject(args) ? args : {});
  },
};
