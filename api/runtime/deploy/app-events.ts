import { canonicalJson } from '../../../shared/core/canonical-json';
import type { Release, ReleasedInstance } from '../../../shared/core/automation/compiled';
import { appSource } from '../../../shared/core/events/app-source';
import { splitFullSlug } from '../../../shared/core/events/app-names';
import type { Event } from '../../../shared/core/events/event';
import type { JsonObject } from '../../../shared/core/json';
import { hideSecrets } from '../../../shared/core/secrets/secret-arguments';
import { eventsOfParts } from '../../../shared/core/workspaces/events-of-parts';
import type { Instance } from '../../../shared/core/workspaces/install-apps';
import { newCorrelationId } from '../../http/correlation-id';
import { mintEvent, type Host } from '../../http/mint-event';

/**
 * What a deployment changes in the app instances of a workspace: an event for each. `options` names the releases, so that
 * an instance hears it with the right one whatever is in force when the event is delivered: the new one, or of an
 * uninstalled instance the last that had it. Secret fields of a config are not told.
 */
export function appEvents(workspaceId: string, change: Change, host: Host): readonly Event[] {
  const { before, after } = change;
  const [old, now] = [before?.instances ?? {}, after?.instances ?? {}];
  const options = {
    ...(after && { release: after.digest }),
    ...(before && { lastRelease: before.digest }),
  };
  const mint = (kind: string, full: string, appSlug: string, payload: JsonObject): Event => {
    const type = `workspaces.apps.${kind}`;
    const source = {
      workspaceId,
      correlationId: newCorrelationId(),
      ...appSource(full, appSlug),
      serviceTopic: type,
      host,
    };
    return mintEvent({ type, payload: { ...payload, slug: splitFullSlug(full).slug }, source, options });
  };
  const parts = new Map(change.instances?.map((one) => [one.slug, one.parts]));
  const told = (
    full: string,
    app: ReleasedInstance,
  ): { readonly appInstance: JsonObject; readonly events: JsonObject } => {
    const found = parts.get(full);
    return { appInstance: instanceOf(after, full, app), events: found ? { ...eventsOfParts(found) } : {} };
  };
  const names = renamed(old, now);
  const kept = new Set(names.values());
  const gone = Object.entries(old).filter(([full]) => !Object.hasOwn(now, full) && !kept.has(full));
  return [
    ...gone.map(([full, { appSlug }]) => mint('uninstalled', full, appSlug, {})),
    ...Object.entries(now).flatMap(([full, app]) => {
      const oldName = names.get(full) ?? full;
      const last = Object.hasOwn(old, oldName) ? old[oldName] : undefined;
      const { appInstance, events } = told(full, app);
      if (last === undefined) return [mint('installed', full, app.appSlug, { appInstance, events })];
      const oldSlug = splitFullSlug(oldName).slug;
      if (canonicalJson(meaningOf(oldName, last)) === canonicalJson(meaningOf(full, app))) return [];
      const oldConfig = hideSecrets(last.config, before?.secretConfig?.[oldName] ?? []);
      const payload = { appInstance: { ...appInstance, oldConfig }, events, ...(oldName !== full && { oldSlug }) };
      return [mint('configured', full, app.appSlug, payload)];
    }),
  ];
}

interface Change {
  readonly before: Release | null;
  readonly after: Release | null;
  /** Of the new release. */
  readonly instances?: readonly Instance[];
}

interface Instances {
  readonly [full: string]: ReleasedInstance;
}

/**
 * New full slug -> old one. An instance that goes and one that comes are the same under another name when they are the
 * only ones of their app; what is installed inside goes with them.
 */
function renamed(old: Instances, now: Instances): ReadonlyMap<string, string> {
  const [gone, come] = [missingIn(old, now), missingIn(now, old)];
  const names = new Map<string, string>();
  for (const full of come.filter(isDirect)) {
    const sameApp = (instances: Instances) => (one: string) =>
      isDirect(one) && instances[one]?.appSlug === now[full]?.appSlug;
    const [from, ...others] = gone.filter(sameApp(old));
    if (from === undefined || others.length > 0 || come.filter(sameApp(now)).length > 1) continue;
    names.set(full, from);
    for (const inner of come.filter((one) => one.startsWith(`${full}.`))) {
      const before = from + inner.slice(full.length);
      if (gone.includes(before) && old[before]?.appSlug === now[inner]?.appSlug) names.set(inner, before);
    }
  }
  return names;
}

const missingIn = (some: Instances, others: Instances): readonly string[] =>
  Object.keys(some).filter((full) => !Object.hasOwn(others, full));

const isDirect = (full: string): boolean => !full.includes('.');

/** What an instance is told of when it changes. */
const meaningOf = (full: string, { appSlug, config }: ReleasedInstance): JsonObject => ({ full, appSlug, config });

const instanceOf = (release: Release | null, full: string, { appSlug, config }: ReleasedInstance): JsonObject => ({
  appSlug,
  slug: splitFullSlug(full).slug,
  config: hideSecrets(config, release?.secretConfig?.[full] ?? []),
});
