/**
 * Entry of the workflow bundle. The default export runs every workflow type, so that an operator reads the slugs of
 * automations as types. Nothing else may be exported: the worker looks a type up among the exports first.
 */
import type { ProgramSet } from '../shared/core/automation/program';
import type { Resume } from '../shared/contracts/engine';
import type { StartInput } from '../shared/core/run/types';
import { runShell } from './shell';

/**
 * One run of one automation, pinned to the programs it started with.
 * @param programs named in history by release and automation; the worker's payload codec puts the programs there
 * @param resume   state and inbox of the predecessor, after continue-as-new
 */
export default async function runAutomation(
  input: StartInput,
  programs: ProgramSet,
  resume?: Resume,
): Promise<unknown> {
  return runShell(input, programs, resume);
}

// A slug such as `constructor` or `hasOwnProperty` must not find anything on the prototype of our exports.
Object.setPrototypeOf(exports, null);
