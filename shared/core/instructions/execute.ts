/** Every op that a program can hold, and how it is carried out: a forgotten one does not compile. */
import type { Op } from '../automation/program';
import type { Executor } from '../run/execution';
import { executeAll } from './all/execute';
import { executeBreak } from './break/execute';
import { executeCall } from './call/execute';
import { executeComment } from './comment/execute';
import { executeConditions } from './conditions/execute';
import { executeDelete } from './delete/execute';
import { executeEmit } from './emit/execute';
import { executeFetch } from './fetch/execute';
import { executeRaise } from './raise/execute';
import { executeRepeat } from './repeat/execute';
import { executeSet } from './set/execute';
import { executeSleep } from './sleep/execute';
import { executeTry } from './try/execute';
import { executeCreateUserTopic, executeJoinUserTopic } from './user-topics/execute';
import { executeWait } from './wait/execute';

export const executors: { readonly [K in Op['op']]: Executor<Extract<Op, { op: K }>> } = {
  all: executeAll,
  break: executeBreak,
  call: executeCall,
  comment: executeComment,
  conditions: executeConditions,
  createUserTopic: executeCreateUserTopic,
  delete: executeDelete,
  emit: executeEmit,
  fetch: executeFetch,
  joinUserTopic: executeJoinUserTopic,
  raise: executeRaise,
  repeat: executeRepeat,
  set: executeSet,
  sleep: executeSleep,
  try: executeTry,
  wait: executeWait,
};
