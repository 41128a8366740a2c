import type { CompiledAutomation } from '../automation/compiled';
import type { Diagnostic } from '../automation/diagnostic';
import { diagnosticCodes } from '../automation/diagnostic-codes';
import { nearestName } from '../automation/nearest-name';
import { slugOfFile } from '../automation/slug';
import { instructionNames } from '../instructions/compile';
import type { CompiledFile } from './compile-workspace';

/** Every direct call against the automations there are. At run time such a call finds nothing either. */
export function linkCalls(compiled: readonly CompiledFile[]): readonly Diagnostic[] {
  const bySlug = new Map(
    compiled.flatMap(({ result }) => (result.automation ? [[result.automation.slug, result.automation] as const] : [])),
  );
  // A file without a program has its own diagnostics; that it cannot be called says nothing new.
  const broken = new Set(compiled.flatMap(({ file, result }) => (result.automation ? [] : [slugOfFile(file)])));
  return compiled.flatMap(({ file, result: { automation } }) => {
    if (automation === undefined) return [];
    const calls = automation.calls.filter(({ name }) => !broken.has(name));
    return linkOne(file, { ...automation, calls }, bySlug);
  });
}

function linkOne(
  file: string,
  automation: CompiledAutomation,
  bySlug: ReadonlyMap<string, CompiledAutomation>,
): readonly Diagnostic[] {
  return automation.calls.flatMap(({ name, node, path }) => {
    const [line, col] = automation.sourceMap[node] ?? [1, 1];
    const place = { file, path, line, col, endCol: col + name.length };
    const callee = bySlug.get(name);
    if (callee && !callee.program.disabled) return [];
    const code = callee ? ('CALL_DISABLED' as const) : ('CALL_UNKNOWN' as const);
    const { severity } = diagnosticCodes[code];
    if (callee)
      return [
        {
          code,
          severity,
          message: `\`${name}\` is disabled, so this call fails`,
          ...place,
          hint: 'remove `disabled` there, or the call here',
        },
      ];
    return [
      {
        code,
        severity,
        message: `There is no automation and no instruction \`${name}\``,
        ...place,
        hint: hintFor(name, bySlug.keys()),
      },
    ];
  });
}

function hintFor(name: string, slugs: Iterable<string>): string {
  const near = nearestName(name, [...instructionNames, ...slugs]);
  if (near !== undefined) return `did you mean \`${near}\`?`;
  return name.includes('.') ? 'apps are not available yet' : `add automations/${name}.yml`;
}
