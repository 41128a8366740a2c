import type { ConditionsOp } from '../../automation/program';
import { raised } from '../../expression/evaluate/raise';
import type { Executor } from '../../run/execution';

/** The first branch whose expression holds; those behind it are not evaluated. None: the default, if there is one. */
export const executeConditions: Executor<ConditionsOp> = {
  enter({ when }, here) {
    for (let i = 0; i < when.length; i++) {
      const guard = when[i];
      if (guard === undefined) continue;
      if (guard.t === 'raise') throw raised(guard);
      if (here.evaluate(guard)) return here.enterList(i);
    }
    return here.enterList(when.length);
  },
};
