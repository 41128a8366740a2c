import type { OutputName } from '../automation/program';
import { resolvePath } from '../expression/evaluate/resolve-path';
import type { Value } from '../json';
import { errorEvent, sourceIn } from './events';
import type { Machine } from './machine';
import type { WorkScope } from './work';
import { writeVariable } from './write-variable';

/**
 * Puts an instruction's result where its author asked for it, by the rules of `set.name`. ∅ leaves the variable alone;
 * a name that is none is reported by an event, and the run goes on.
 */
export function writeOutput(machine: Machine, scope: WorkScope, name: OutputName | undefined, value: Value): void {
  if (name === undefined || value === undefined) return;
  if ('invalid' in name) {
    const error = { error: 'InvalidOutputError', message: 'Invalid output name', details: { output: name.invalid } };
    errorEvent(machine, sourceIn(scope), error);
  } else writeVariable(machine, scope, resolvePath(name, machine.eyesIn(scope)), { mode: 'replace', value });
}
