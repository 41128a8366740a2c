import { EMIT_TOPIC, type Event } from './event';

/** Native events that automations may listen to. */
const nativeTriggers = new Set([
  'workspaces.configured',
  'workspaces.apps.configured',
  'workspaces.apps.installed',
  'workspaces.apps.uninstalled',
  'workspaces.deleted',
  'workspaces.duplicated',
  'workspaces.pages.permissions.shared',
  'workspaces.pages.permissions.deleted',
  'workspaces.versions.published',
  'workspaces.versions.deleted',
  'apps.published',
  'apps.deleted',
  'runtime.fetch.failed',
  'runtime.interactions.triggered',
]);

/** Besides those, one more may end a `wait`; as a trigger it would loop. */
const waitOnly = 'runtime.automations.executed';

const isCustom = ({ source }: Event): boolean => source.serviceTopic === EMIT_TOPIC;
const isNative = ({ source, type }: Event): boolean => source.serviceTopic === type;

/** May this event start automations that listen to its name? */
export function mayTrigger(event: Event): boolean {
  const { workspaceId, correlationId } = event.source;
  if (!workspaceId || !correlationId) return false;
  return isCustom(event) || (isNative(event) && nativeTriggers.has(event.type) && !announcesItself(event));
}

/** May this event end a `wait`? */
export const mayWake = (event: Event): boolean =>
  isCustom(event) || (isNative(event) && (nativeTriggers.has(event.type) || event.type === waitOnly));

/** Only what a user sends, and native events, count as an interaction: a cascading emit does not. */
export const isInteraction = (event: Event): boolean => isNative(event) || event.source.automationSlug === undefined;

/** The interaction event of a run that was itself started by one: it would go round for ever. */
function announcesItself({ type, payload }: Event): boolean {
  if (type !== 'runtime.interactions.triggered') return false;
  const trigger = payload?.['trigger'];
  return typeof trigger === 'object' && trigger !== null && 'value' in trigger && trigger.value === type;
}
