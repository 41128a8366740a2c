import type { CallOp } from '../../automation/program';
import { isObject } from '../../json';
import type { Executor } from '../../run/execution';

/** Runs another automation inside this run: its arguments are its locals, its answer goes to `output` when it ends. */
export const executeCall: Executor<CallOp> = {
  enter({ automation, arguments: given }, here) {
    const args = here.renderJson(given);
    const streams =
      given?.t === 'object' ? given.e.flatMap(([name, value]) => (here.isStream(value) ? [name] : [])) : [];
    return here.call({ name: automation, args: isObject(args) ? args : {}, ...(streams.length > 0 && { streams }) });
  },
};
