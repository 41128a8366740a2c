import { canonicalJson } from '../../../shared/core/canonical-json';
import type { Release, ReleasedInstance } from '../../../shared/core/automation/compiled';
import { appSource } from '../../../shared/core/events/app-source';
import { splitFullSlug } from '../../../shared/core/events/app-names';
import type { Event } from '../../../shared/core/events/event';
import type { JsonObject } from '../../../shared/core/json';
import { newCorrelationId } from '../../http/correlation-id';
import { mintEvent, type Host } from '../../http/mint-event';

/**
 * What a deployment changes in the app instances of a workspace: an event for each. `options` names the releases, so that
 * an instance hears it with the right one whatever is in force when the event is delivered: the new one, or of an
 * uninstalled instance the last that had it.
 */
export function appEvents(workspaceId: string, releases: Change, host: Host): readonly Event[] {
  const { before, after } = releases;
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
  const gone = Object.entries(old).filter(([full]) => !Object.hasOwn(now, full));
  return [
    ...gone.map(([full, { appSlug }]) => mint('uninstalled', full, appSlug, {})),
    ...Object.entries(now).flatMap(([full, app]) => {
      const last = Object.hasOwn(old, full) ? old[full] : undefined;
      const appInstance = instanceOf(full, app);
      if (last === undefined) return [mint('installed', full, app.appSlug, { appInstance })];
      if (canonicalJson(instanceOf(full, last)) === canonicalJson(appInstance)) return [];
      return [mint('configured', full, app.appSlug, { appInstance: { ...appInstance, oldConfig: last.config } })];
    }),
  ];
}

interface Change {
  readonly before: Release | null;
  readonly after: Release | null;
}

const instanceOf = (full: string, { appSlug, config }: ReleasedInstance): JsonObject => ({
  appSlug,
  slug: splitFullSlug(full).slug,
  config,
});
