import { IR_VERSION } from '../../../shared/core/automation/program';
import { MACHINE_VERSION, type RunEnv } from '../../../shared/core/run/types';

/** Version of the regex engine that answers may depend on; a test compares it with the installed one. */
export const REGEX_ENGINE = 're2js@2.10.0';

/** Everything outside a program that an answer may depend on, as this process has it. */
export const createRunEnv = (defaults: { readonly locale: string; readonly timeZone: string }): RunEnv => ({
  ir: IR_VERSION,
  machine: MACHINE_VERSION,
  tz: process.versions['tz'] ?? 'unknown',
  icu: process.versions['icu'] ?? 'unknown',
  regex: REGEX_ENGINE,
  ...defaults,
});
