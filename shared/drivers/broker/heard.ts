import type { Event } from '../../core/events/event';
import { mayWake } from '../../core/events/event-triggers';

/** Under which text the log knows events that may end a wait. */
export const heardAs = (workspaceId: string, type: string): string => `${workspaceId}\n${type}`;

/** Null: no wait can hear it, and nobody will look back for it. */
export const heardOf = (event: Event): string | null =>
  mayWake(event) ? heardAs(event.source.workspaceId, event.type) : null;
