import type { Release } from '../automation/compiled';
import type { LinkedProgram, Program, ProgramSet } from '../automation/program';
import type { Digest } from '../json';

/**
 * What one run of an automation may execute: its closure, without disabled ones, so that calling them finds nothing.
 * The automation itself is always there: who starts it has decided that it may run.
 * @param getProgram throws, or never fails: a release's programs are stored before it is
 * @returns null when the release has no such automation
 */
export function programSetOf(
  release: Release,
  automation: string,
  getProgram: (digest: Digest) => Program,
): ProgramSet | null {
  const root = Object.hasOwn(release.automations, automation) ? release.automations[automation] : undefined;
  if (root === undefined) return null;
  const linked = root.closure.flatMap((slug): [string, LinkedProgram][] => {
    const found = release.automations[slug];
    if (found === undefined || (found.disabled && slug !== automation)) return [];
    return [[slug, { digest: found.program, instance: found.instance, program: getProgram(found.program) }]];
  });
  const instances = new Set(linked.map(([, { instance }]) => instance));
  const config = Object.entries(release.config).filter(([instance]) => instances.has(instance));
  const { secretConfig } = release;
  return {
    release: release.digest,
    automations: Object.fromEntries(linked),
    config: Object.fromEntries(config),
    ...(secretConfig && { secretConfig }),
  };
}
