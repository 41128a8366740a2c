import type { CompiledAutomation } from '../automation/compiled';
import type { Diagnostic } from '../automation/diagnostic';
import { diagnosticCodes, type DiagnosticCode } from '../automation/diagnostic-codes';
import { nearestName } from '../automation/nearest-name';
import { slugOfFile } from '../automation/slug';
import { splitFullSlug } from '../events/app-names';
import { instructionNames } from '../instructions/compile';
import type { WorkspaceParts } from './compile-parts';

/** An app installed in the workspace itself. `unresolved`: what is wrong is told at the import. */
export type DirectInstance = WorkspaceParts | 'disabled' | 'unresolved';

type Direct = ReadonlyMap<string, DirectInstance>;

/** Every direct call against the automations there are. At run time such a call finds nothing either. */
export const linkCalls = (parts: WorkspaceParts, direct: Direct): readonly Diagnostic[] =>
  [...parts.compiled].flatMap(({ file, result: { automation } }) =>
    automation === undefined ? [] : linkOne(file, automation, parts, direct),
  );

function linkOne(
  file: string,
  automation: CompiledAutomation,
  parts: WorkspaceParts,
  direct: Direct,
): readonly Diagnostic[] {
  return automation.calls.flatMap(({ name, node, path }) => {
    const found = problemOf(name, parts, direct);
    if (found === undefined) return [];
    const [line, col] = automation.sourceMap[node] ?? [1, 1];
    const { code, message, hint } = found;
    const { severity } = diagnosticCodes[code];
    return [{ code, severity, message, file, path, line, col, endCol: col + name.length, hint }];
  });
}

interface Problem {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly hint: string;
}

function problemOf(name: string, parts: WorkspaceParts, direct: Direct): Problem | undefined {
  const { instance, slug } = splitFullSlug(name);
  if (instance === '') return ofCallee(name, slug, parts, () => unknown(name, parts, direct));
  const app = direct.get(instance);
  if (app === undefined) return unknown(name, parts, direct);
  if (app === 'unresolved') return undefined;
  if (app === 'disabled') {
    const message = `The app instance \`${instance}\` is disabled, so this call fails`;
    return { code: 'CALL_DISABLED', message, hint: `remove \`disabled\` in imports/${instance}.yml, or the call here` };
  }
  if (app.automations.get(slug)?.automation.program.private) {
    const message = `\`${name}\` is private to its app, so this call fails`;
    return { code: 'CALL_PRIVATE', message, hint: 'call a public automation of the app' };
  }
  return ofCallee(name, slug, app, () => unknown(name, parts, direct));
}

/** A file without a program has its own diagnostics; that it cannot be called says nothing new. */
function ofCallee(name: string, slug: string, parts: WorkspaceParts, absent: () => Problem): Problem | undefined {
  const callee = parts.automations.get(slug)?.automation;
  if (callee === undefined) {
    const isBroken = parts.compiled.some(({ file, result }) => !result.automation && slugOfFile(file) === slug);
    return isBroken ? undefined : absent();
  }
  if (!callee.program.disabled) return undefined;
  const message = `\`${name}\` is disabled, so this call fails`;
  return { code: 'CALL_DISABLED', message, hint: 'remove `disabled` there, or the call here' };
}

const unknown = (name: string, parts: WorkspaceParts, direct: Direct): Problem => ({
  code: 'CALL_UNKNOWN',
  message: `There is no automation and no instruction \`${name}\``,
  hint: hintFor(name, parts, direct),
});

function hintFor(name: string, parts: WorkspaceParts, direct: Direct): string {
  const near = nearestName(name, [...instructionNames, ...parts.automations.keys(), ...publicNames(direct)]);
  if (near !== undefined) return `did you mean \`${near}\`?`;
  const { instance, slug } = splitFullSlug(name);
  const app = direct.get(instance);
  if (typeof app === 'object') return `add automations/${slug}.yml to the app \`${app.workspaceId}\``;
  return instance === '' ? `add automations/${name}.yml` : `install the app: imports/${instance}.yml`;
}

/** What can be called of the installed apps, as it is written. */
const publicNames = (direct: Direct): readonly string[] =>
  [...direct].flatMap(([instance, app]) =>
    typeof app === 'string'
      ? []
      : [...app.automations.values()].flatMap(({ automation: { slug, program } }) =>
          program.private ? [] : [`${instance}.${slug}`],
        ),
  );
