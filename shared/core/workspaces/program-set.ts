import type { Release } from '../automation/compiled';
import type { AppFacts, LinkedProgram, Program, ProgramSet } from '../automation/program';
import { splitFullSlug } from '../events/app-names';
import type { Digest } from '../json';
import { definitionOf } from './definition';

/**
 * What one run of an automation may execute: its closure, without disabled ones, so that calling them finds nothing.
 * The automation itself is always there: who starts it has decided that it may run.
 * @param getProgram throws, or never fails: a release's programs are stored before it is
 * @param config     of each instance, filled in (`resolveConfig`)
 * @returns null when the release has no such automation
 */
export function programSetOf(
  release: Release,
  automation: string,
  getProgram: (digest: Digest) => Program,
  config: ProgramSet['config'] = release.config,
): ProgramSet | null {
  const root = Object.hasOwn(release.automations, automation) ? release.automations[automation] : undefined;
  if (root === undefined) return null;
  const linked = root.closure.flatMap((slug): [string, LinkedProgram][] => {
    const found = release.automations[slug];
    if (found === undefined || (found.disabled && slug !== automation)) return [];
    return [[slug, { digest: found.program, instance: found.instance, program: getProgram(found.program) }]];
  });
  const instances = [...new Set(linked.map(([, { instance }]) => instance))];
  const apps = instances.flatMap((instance) => factsOf(release, instance));
  const readers = new Set(
    linked.filter(([, { program }]) => readsDefinition(program)).map(([, { instance }]) => instance),
  );
  return {
    release: release.digest,
    automations: Object.fromEntries(linked),
    config: Object.fromEntries(instances.map((instance) => [instance, config[instance] ?? {}])),
    ...(apps.length > 0 && { apps: Object.fromEntries(apps) }),
    ...(release.rules && { rules: release.rules }),
    ...(release.secretConfig && { secretConfig: release.secretConfig }),
    ...(readers.size > 0 && {
      definitions: Object.fromEntries([...readers].map((instance) => [instance, definitionOf(release, instance)])),
    }),
  };
}

/** Names made at run time cannot reach it otherwise: `{{{{x}}}}` sees locals and contexts. */
const readsDefinition = (program: Program): boolean => JSON.stringify(program).includes('$workspace');

function factsOf({ instances = {}, automations }: Release, instance: string): [string, AppFacts][] {
  const app = instances[instance];
  if (app === undefined) return [];
  const parents: string[] = [];
  for (let at = splitFullSlug(instance).instance; at !== ''; at = splitFullSlug(at).instance) {
    const parent = instances[at];
    if (parent) parents.unshift(parent.appSlug);
  }
  const endpoints = Object.values(automations).flatMap(({ instance: of, disabled, triggers: { endpoint } }) =>
    of !== instance || disabled || endpoint === undefined ? [] : [[endpoint, `${instance}.${endpoint}`]],
  );
  return [[instance, { slug: app.appSlug, parents, endpoints: Object.fromEntries(endpoints) }]];
}
