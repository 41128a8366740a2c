import type { Release, ReleasedAutomation } from '../automation/compiled';

/** What starts what, by full names. Several automations may share an endpoint or an event: each is run once. */
export interface TriggerIndex {
  /** Endpoint name -> full slugs, in the order of the slugs. */
  readonly endpoints: ReadonlyMap<string, readonly string[]>;
  /** Event type -> full slugs. Exact names, no wildcards. */
  readonly events: ReadonlyMap<string, readonly string[]>;
  /** Events of the platform that an app instance hears under their own names -> full slugs, with the instance of each. */
  readonly appEvents: ReadonlyMap<string, readonly { readonly instance: string; readonly automation: string }[]>;
  /** `cron` as written: `run.trigger.value`. `toEngineCron` makes what the engine takes. */
  readonly schedules: readonly { readonly automation: string; readonly cron: string }[];
}

/** About the instance itself, so heard by it only. */
const ABOUT_ITSELF = ['workspaces.apps.installed', 'workspaces.apps.configured', 'workspaces.apps.uninstalled'];
/** About an app: told to its instances one by one; where it was made, to every instance. */
const ABOUT_APPS = ['apps.published', 'apps.deleted'];
const platformEvents: ReadonlySet<string> = new Set([...ABOUT_ITSELF, ...ABOUT_APPS]);

/** Which automations an event starts, besides those that listen to its full name: instances hear of themselves. */
export const hearers = ({ appEvents }: TriggerIndex, type: string, instance: string | undefined): readonly string[] =>
  (appEvents.get(type) ?? [])
    .filter((one) => one.instance === instance || (instance === undefined && !ABOUT_ITSELF.includes(type)))
    .map(({ automation }) => automation);

/** The triggers of a release; disabled automations register none. Names inside an app instance get its prefix. */
export function indexTriggers(release: Release): TriggerIndex {
  const endpoints = new Map<string, string[]>();
  const events = new Map<string, string[]>();
  const appEvents = new Map<string, { instance: string; automation: string }[]>();
  const schedules: { automation: string; cron: string }[] = [];
  for (const fullSlug of Object.keys(release.automations).sort()) {
    const automation = release.automations[fullSlug];
    if (automation === undefined || automation.disabled) continue;
    const prefix = automation.instance === '' ? '' : `${automation.instance}.`;
    const { endpoint, events: types, schedules: crons } = automation.triggers;
    if (endpoint !== undefined) add(endpoints, prefix + endpoint, fullSlug);
    for (const type of types) {
      if (prefix === '' || !platformEvents.has(type)) add(events, prefix + type, fullSlug);
      else
        appEvents.set(type, [...(appEvents.get(type) ?? []), { instance: automation.instance, automation: fullSlug }]);
    }
    if (isScheduled(automation)) for (const cron of crons) schedules.push({ automation: fullSlug, cron });
  }
  return { endpoints, events, appEvents, schedules };
}

/** Schedules of an app's private automations are not taken over with it. */
export const isScheduled = ({ disabled, private: isPrivate, instance }: ReleasedAutomation): boolean =>
  !disabled && !(isPrivate && instance !== '');

function add(index: Map<string, string[]>, name: string, slug: string): void {
  const slugs = index.get(name);
  if (slugs === undefined) index.set(name, [slug]);
  else if (!slugs.includes(slug)) slugs.push(slug);
}
