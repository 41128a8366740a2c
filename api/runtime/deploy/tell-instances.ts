import { appSource } from '../../../shared/core/events/app-source';
import type { JsonObject } from '../../../shared/core/json';
import { hearers } from '../../../shared/core/workspaces/trigger-index';
import type { Broker } from '../../../shared/ports/broker';
import { newCorrelationId } from '../../http/correlation-id';
import { mintEvent, type Host } from '../../http/mint-event';
import type { ActiveReleases } from './active-releases';

export interface TellInstancesDependencies {
  readonly releases: Pick<ActiveReleases, 'get' | 'list'>;
  readonly broker: Pick<Broker, 'append'>;
  readonly host: Host;
}

/** Tells instances of an app, wherever it is installed, what has become of the app. */
export type TellInstances = (appSlug: string, type: string, payload: JsonObject) => Promise<void>;

/**
 * Only those that listen are told. The event itself is kept where the app was made, so these are delivered and not
 * stored.
 */
export const createTellInstances = ({ releases, broker, host }: TellInstancesDependencies): TellInstances =>
  async function tellInstances(appSlug, type, payload) {
    const correlationId = newCorrelationId();
    const events = releases.list().flatMap((workspaceId) => {
      const active = releases.get(workspaceId);
      if (!active?.triggers.appEvents.has(type)) return [];
      return Object.entries(active.release.instances ?? {})
        .filter(([full, app]) => app.appSlug === appSlug && hearers(active.triggers, type, full).length > 0)
        .map(([full]) => {
          const source = { workspaceId, correlationId, ...appSource(full, appSlug), serviceTopic: type, host };
          return { event: mintEvent({ type, payload, source, options: { persist: false } }) };
        });
    });
    if (events.length > 0) await broker.append(events);
  };
