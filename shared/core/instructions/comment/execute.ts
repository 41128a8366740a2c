import type { CommentOp } from '../../automation/program';
import type { Executor } from '../../run/execution';

export const executeComment: Executor<CommentOp> = { enter: () => 'done' };
