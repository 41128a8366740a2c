import type { DeleteOp } from '../../automation/program';
import { invalidInstruction, orInvalid, type Executor } from '../../run/execution';

/** Removes a key, or an item of a list. A target that is not there is no error. */
export const executeDelete: Executor<DeleteOp> = {
  enter({ name }, here) {
    const target = orInvalid(
      () => here.resolve(name),
      ({ name: variable = null }) => invalidInstruction('delete', { variable }),
    );
    here.delete(target);
    return 'done';
  },
};
