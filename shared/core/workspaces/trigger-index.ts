import type { Release, ReleasedAutomation } from '../automation/compiled';

/** An automation that something starts, in the release that it is to run in. */
export interface Listener {
  readonly release: Release;
  readonly automation: string;
}

/** What starts what, by full names. Several automations may share an endpoint or an event: each is run once. */
export interface TriggerIndex {
  /** Endpoint name -> full slugs, in the order of the slugs. */
  readonly endpoints: ReadonlyMap<string, readonly string[]>;
  /** Event type -> who hears it; exact names, no wildcards. Made here, so that an event costs a look-up and no object. */
  readonly events: ReadonlyMap<string, readonly Listener[]>;
  /** Events of the platform that an app instance hears under their own names -> who hears it, with the instance of each. */
  readonly appEvents: ReadonlyMap<string, readonly (Listener & { readonly instance: string })[]>;
  /** `cron` as written: `run.trigger.value`. `toEngineCron` makes what the engine takes. */
  readonly schedules: readonly { readonly automation: string; readonly cron: string }[];
}

/** About the instance itself, so heard by it only. */
const ABOUT_ITSELF = ['workspaces.apps.installed', 'workspaces.apps.configured', 'workspaces.apps.uninstalled'];
/** About an app: told to its instances one by one; where it was made, to every instance. */
const ABOUT_APPS = ['apps.published', 'apps.deleted'];
const platformEvents: ReadonlySet<string> = new Set([...ABOUT_ITSELF, ...ABOUT_APPS]);

/** May app instances hear it under its own name? */
export const isHeardInside = (type: string): boolean => platformEvents.has(type);

/** Which automations an event starts, besides those that listen to its full name: instances hear of themselves. */
export const hearers = ({ appEvents }: TriggerIndex, type: string, instance: string | undefined): readonly Listener[] =>
  (appEvents.get(type) ?? []).filter(
    (one) => one.instance === instance || (instance === undefined && !ABOUT_ITSELF.includes(type)),
  );

/** The triggers of a release; disabled automations register none. Names inside an app instance get its prefix. */
export function indexTriggers(release: Release): TriggerIndex {
  const endpoints = new Map<string, string[]>();
  const events = new Map<string, Listener[]>();
  const appEvents = new Map<string, (Listener & { instance: string })[]>();
  const schedules: { automation: string; cron: string }[] = [];
  for (const fullSlug of Object.keys(release.automations).sort()) {
    const automation = release.automations[fullSlug];
    if (automation === undefined || automation.disabled) continue;
    const { instance } = automation;
    const prefix = instance === '' ? '' : `${instance}.`;
    const { endpoint, events: types, schedules: crons } = automation.triggers;
    if (endpoint !== undefined) add(endpoints, prefix + endpoint, fullSlug);
    const listener = { release, automation: fullSlug };
    for (const type of new Set(types))
      if (prefix === '' || !isHeardInside(type)) add(events, prefix + type, listener);
      else add(appEvents, type, { ...listener, instance });
    if (isScheduled(automation)) for (const cron of crons) schedules.push({ automation: fullSlug, cron });
  }
  return { endpoints, events, appEvents, schedules };
}

/** Schedules of an app's private automations are not taken over with it. */
export const isScheduled = ({ disabled, private: isPrivate, instance }: ReleasedAutomation): boolean =>
  !disabled && !(isPrivate && instance !== '');

/** One alone has a list of its size: most names have one, and one that is made for more takes five times the memory. */
function add<T>(index: Map<string, T[]>, name: string, one: T): void {
  const known = index.get(name);
  if (known) known.push(one);
  else index.set(name, [one]);
}
