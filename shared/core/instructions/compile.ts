import { compileAll } from './all/compile';
import { compileBreak } from './break/compile';
import { compileComment } from './comment/compile';
import type { CompileInstruction } from './compile-context';
import { compileConditions } from './conditions/compile';
import { compileDelete } from './delete/compile';
import { compileEmit } from './emit/compile';
import { compileFetch } from './fetch/compile';
import { compileNotYet } from './not-yet/compile';
import { compileRepeat } from './repeat/compile';
import { compileSet } from './set/compile';
import { compileSleep } from './sleep/compile';
import { compileTry } from './try/compile';
import { compileCreateUserTopic, compileJoinUserTopic } from './user-topics/compile';
import { compileWait } from './wait/compile';

/** Reserved names: they mean the instruction whatever automations there are. Any other name is a call. */
export const nativeCompilers: ReadonlyMap<string, CompileInstruction> = new Map([
  ['all', compileAll],
  ['break', compileBreak],
  ['comment', compileComment],
  ['conditions', compileConditions],
  ['createUserTopic', compileCreateUserTopic],
  ['delete', compileDelete],
  ['emit', compileEmit],
  ['fetch', compileFetch],
  ['joinUserTopic', compileJoinUserTopic],
  ['repeat', compileRepeat],
  ['set', compileSet],
  ['wait', compileWait],
]);

/** Our own: they give way to an automation of that slug; with `$` in front they never do. */
export const ownCompilers: ReadonlyMap<string, CompileInstruction> = new Map([
  ['run', compileNotYet],
  ['sleep', compileSleep],
  ['try', compileTry],
]);

export const instructionNames: readonly string[] = [...nativeCompilers.keys(), ...ownCompilers.keys()];
