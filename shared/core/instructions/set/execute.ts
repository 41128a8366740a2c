import type { SetOp } from '../../automation/program';
import { invalidInstruction, orInvalid, type Executor } from '../../run/execution';

/** Puts a value into a local variable, a stored context or the config. */
export const executeSet: Executor<SetOp> = {
  enter({ name, value, mode }, here) {
    const filled = here.render(value);
    const target = orInvalid(
      () => here.resolve(name),
      ({ name: variable = null }) => invalidInstruction('set', { variable, value: here.renderJson(value) ?? null }),
    );
    if (mode === 'replace' && here.isStream(value)) here.setStream(target);
    else here.set(target, mode, filled);
    return 'done';
  },
};
