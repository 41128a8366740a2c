import type { Release } from '../automation/compiled';

/** What starts what, by full names. Several automations may share an endpoint or an event: each is run once. */
export interface TriggerIndex {
  /** Endpoint name -> full slugs, in the order of the slugs. */
  readonly endpoints: ReadonlyMap<string, readonly string[]>;
  /** Event type -> full slugs. Exact names, no wildcards. */
  readonly events: ReadonlyMap<string, readonly string[]>;
  /** `cron` as written: `run.trigger.value`. `toEngineCron` makes what the engine takes. */
  readonly schedules: readonly { readonly automation: string; readonly cron: string }[];
}

/** The triggers of a release; disabled automations register none. Names inside an app instance get its prefix. */
export function indexTriggers(release: Release): TriggerIndex {
  const endpoints = new Map<string, string[]>();
  const events = new Map<string, string[]>();
  const schedules: { automation: string; cron: string }[] = [];
  for (const fullSlug of Object.keys(release.automations).sort()) {
    const automation = release.automations[fullSlug];
    if (automation === undefined || automation.disabled) continue;
    const prefix = automation.instance === '' ? '' : `${automation.instance}.`;
    const { endpoint, events: types, schedules: crons } = automation.triggers;
    if (endpoint !== undefined) add(endpoints, prefix + endpoint, fullSlug);
    for (const type of types) add(events, prefix + type, fullSlug);
    for (const cron of crons) schedules.push({ automation: fullSlug, cron });
  }
  return { endpoints, events, schedules };
}

function add(index: Map<string, string[]>, name: string, slug: string): void {
  const slugs = index.get(name);
  if (slugs === undefined) index.set(name, [slug]);
  else if (!slugs.includes(slug)) slugs.push(slug);
}
