import type { Release, ReleasedAutomation } from '../automation/compiled';
import { splitFullSlug } from '../events/app-names';
import type { JsonObject } from '../json';

/** What `$workspace` shows inside the workspace or an app instance: its definition as it was released. */
export function definitionOf(release: Release, instance: string): JsonObject {
  const { instances = {}, automations, config, workspaceId, name, slug } = release;
  const app = instances[instance];
  const installed = Object.entries(instances).filter(([full]) => splitFullSlug(full).instance === instance);
  const own = Object.values(automations).filter(({ instance: of }) => of === instance);
  return {
    name: app?.name ?? name,
    slug: app?.appSlug ?? slug ?? workspaceId,
    config: { value: config[instance] ?? {} },
    automations: Object.fromEntries(own.map((one) => [one.slug, automationOf(one)])),
    imports: Object.fromEntries(
      installed.map(([full, { appSlug, config: given }]) => [splitFullSlug(full).slug, { appSlug, config: given }]),
    ),
  };
}

function automationOf({ name, labels, triggers, private: isPrivate, disabled }: ReleasedAutomation): JsonObject {
  const { endpoint, events, schedules } = triggers;
  const when = {
    ...(endpoint !== undefined && { endpoint }),
    ...(events.length > 0 && { events }),
    ...(schedules.length > 0 && { schedules }),
  };
  return {
    name,
    ...(labels.length > 0 && { labels }),
    ...(Object.keys(when).length > 0 && { when }),
    ...(isPrivate && { private: true }),
    ...(disabled && { disabled: true }),
  };
}
