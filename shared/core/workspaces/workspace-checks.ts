import type { Diagnostic } from '../automation/diagnostic';
import { diagnosticCodes, type DiagnosticCode } from '../automation/diagnostic-codes';
import { mayExecute, type ExecuteRule } from '../permissions/may-execute';
import { ownCompilers } from '../instructions/compile';
import type { CompiledFile } from './compile-parts';

const ofFile = (code: DiagnosticCode, file: string, message: string, hint: string): Diagnostic => ({
  code, severity: diagnosticCodes[code].severity, message, file, path: '', line: 1, col: 1, endCol: 2, hint,
}); // prettier-ignore

/** Two files that give one slug. Told at the later one. */
export function reportDuplicates(compiled: readonly CompiledFile[]): readonly Diagnostic[] {
  const firsts = new Map<string, string>();
  return compiled.flatMap(({ file, result }) => {
    const slug = result.automation?.slug;
    if (slug === undefined) return [];
    const first = firsts.get(slug);
    if (first === undefined) firsts.set(slug, file);
    return first === undefined
      ? []
      : [ofFile('SLUG_DUPLICATE', file, `The slug \`${slug}\` is taken by ${first}`, 'rename one of the two')];
  });
}

/** Automations that their own schedules may not execute. */
export function reportForbiddenSchedules(
  compiled: readonly CompiledFile[],
  rules: readonly ExecuteRule[],
): readonly Diagnostic[] {
  return compiled.flatMap(({ file, result: { automation } }) => {
    if (!automation || automation.triggers.schedules.length === 0 || mayExecute(rules, {}, automation.program))
      return [];
    const message = `The schedule of \`${automation.slug}\` is refused: nobody is behind it, and \`authorizations\` wants a role`;
    return [ofFile('SCHEDULE_FORBIDDEN', file, message, 'add a rule for everybody, or move the schedule')];
  });
}

/** An automation named like one of our own instructions. The instructions concerned were told when they were compiled. */
export function reportShadowed(compiled: readonly CompiledFile[]): readonly Diagnostic[] {
  return compiled.flatMap(({ file, result }) => {
    const slug = result.automation?.slug;
    if (slug === undefined || !ownCompilers.has(slug)) return [];
    return [
      ofFile(
        'INSTRUCTION_SHADOWED',
        file,
        `In this workspace \`- ${slug}:\` calls this automation`,
        `write \`$${slug}\` for the instruction`,
      ),
    ];
  });
}
