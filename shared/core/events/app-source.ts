import type { EventSource } from './event';
import { instanceDepth } from './app-names';

/** What an event's source says of the app that speaks; nothing for the workspace itself. */
export const appSource = (
  instance: string,
  appSlug: string | undefined,
): Pick<EventSource, 'appSlug' | 'appInstanceFullSlug' | 'appInstanceDepth'> =>
  instance === ''
    ? {}
    : {
        ...(appSlug !== undefined && { appSlug }),
        appInstanceFullSlug: instance,
        appInstanceDepth: instanceDepth(instance),
      };
