import type { Event } from '../../shared/core/events/event';
import { hearers, isHeardInside, type Listener } from '../../shared/core/workspaces/trigger-index';
import type { ActiveRelease, ActiveReleases } from './deploy/active-releases';

const APP_EVENT = /^workspaces\.apps\.(installed|configured|uninstalled)$/;
const ABOUT_APP = /^apps\.(published|deleted)$/;
const NOBODY: readonly Listener[] = [];

/**
 * Who listens to the event: two look-ups, however much is registered. Events about app instances name their releases: such
 * an event is sent with the deployment, and may be delivered before or after it has come into force.
 */
export function listenersOf(
  releases: ActiveReleases,
  event: Event,
): readonly Listener[] | Promise<readonly Listener[]> {
  const { type, source } = event;
  const active = releases.get(source.workspaceId);
  if (!isHeardInside(type)) return outside(active, type);
  const instance = source.appInstanceFullSlug;
  // Told to one instance, where it is installed.
  if (ABOUT_APP.test(type) && instance !== undefined) return inside(active, type, instance);
  if (!APP_EVENT.test(type)) return [...outside(active, type), ...inside(active, type, instance)];
  return ofInstance(releases, event, active);
}

async function ofInstance(
  releases: ActiveReleases,
  event: Event,
  active: ActiveRelease | undefined,
): Promise<readonly Listener[]> {
  const { type, source } = event;
  const now = (await modelOf(releases, event, 'release')) ?? active;
  const concerned = type.endsWith('uninstalled') ? await modelOf(releases, event, 'lastRelease') : now;
  return [...outside(now, type), ...inside(concerned, type, source.appInstanceFullSlug)];
}

const outside = (model: ActiveRelease | undefined, type: string): readonly Listener[] =>
  model?.triggers.events.get(type) ?? NOBODY;

const inside = (model: ActiveRelease | undefined, type: string, instance: string | undefined): readonly Listener[] =>
  model ? hearers(model.triggers, type, instance) : NOBODY;

async function modelOf(
  releases: ActiveReleases,
  { source, options }: Event,
  name: 'release' | 'lastRelease',
): Promise<ActiveRelease | undefined> {
  const digest = options?.[name];
  return typeof digest === 'string' ? releases.model(source.workspaceId, digest) : undefined;
}
