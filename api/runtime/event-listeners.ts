import type { Event } from '../../shared/core/events/event';
import { hearers } from '../../shared/core/workspaces/trigger-index';
import type { ActiveRelease, ActiveReleases } from './deploy/active-releases';

/** An automation that an event starts, in the release that it is to run in. */
export interface Listener {
  readonly release: ActiveRelease['release'];
  readonly automation: string;
}

const APP_EVENT = /^workspaces\.apps\.(installed|configured|uninstalled)$/;
const ABOUT_APP = /^apps\.(published|deleted)$/;

/**
 * Who listens to the event. Events about app instances name their releases: such an event is sent with the deployment,
 * and may be delivered before or after it has come into force.
 */
export async function listenersOf(releases: ActiveReleases, event: Event): Promise<readonly Listener[]> {
  const { workspaceId, appInstanceFullSlug } = event.source;
  const active = releases.get(workspaceId);
  // Told to one instance, where it is installed.
  if (ABOUT_APP.test(event.type) && appInstanceFullSlug !== undefined)
    return hearing(active, event, appInstanceFullSlug);
  if (!APP_EVENT.test(event.type)) return allOf(active, event, appInstanceFullSlug);
  const now = (await modelOf(releases, event, 'release')) ?? active;
  const gone = event.type.endsWith('uninstalled');
  const instance = gone ? await modelOf(releases, event, 'lastRelease') : now;
  return [...allOf(now, event, undefined), ...hearing(instance, event, appInstanceFullSlug)];
}

const allOf = (active: ActiveRelease | undefined, event: Event, instance: string | undefined): readonly Listener[] =>
  active === undefined
    ? []
    : [
        ...(active.triggers.events.get(event.type) ?? []).map((automation) => ({
          release: active.release,
          automation,
        })),
        ...hearing(active, event, instance),
      ];

const hearing = (
  model: ActiveRelease | undefined,
  { type }: Event,
  instance: string | undefined,
): readonly Listener[] =>
  model === undefined
    ? []
    : hearers(model.triggers, type, instance).map((automation) => ({ release: model.release, automation }));

async function modelOf(
  releases: ActiveReleases,
  { source, options }: Event,
  name: 'release' | 'lastRelease',
): Promise<ActiveRelease | undefined> {
  const digest = options?.[name];
  return typeof digest === 'string' ? releases.model(source.workspaceId, digest) : undefined;
}
