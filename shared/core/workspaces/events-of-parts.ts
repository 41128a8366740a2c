import type { WorkspaceParts } from './compile-parts';

/** Names of all events that the automations of a workspace or an app listen to and send, as written there. */
export function eventsOfParts({ compiled }: Pick<WorkspaceParts, 'compiled'>): {
  readonly listen: readonly string[];
  readonly emit: readonly string[];
} {
  const all = compiled.flatMap(({ result: { automation } }) => (automation ? [automation] : []));
  const unique = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();
  return {
    listen: unique(all.flatMap(({ triggers }) => triggers.events)),
    emit: unique(all.flatMap(({ emits }) => emits)),
  };
}
