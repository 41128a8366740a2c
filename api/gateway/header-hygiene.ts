import type { IncomingHttpHeaders } from 'node:http';
import type { HeaderNames } from '../http/caller-headers';

const PREFIX = 'x-prismeai-';

/**
 * Deletes what only the platform may say, in place, so that nothing behind can see it, whatever it reads. The same for
 * requests and for upgrades to websockets.
 */
export function headerHygiene(names: HeaderNames): (headers: IncomingHttpHeaders) => void {
  const { apiKey, csrfToken, correlationId: _, ...trusted } = names;
  const clientMaySend = new Set([apiKey, csrfToken]);
  const renamed = new Set(Object.values(trusted));
  return (headers) => {
    for (const name of Object.keys(headers))
      if ((name.startsWith(PREFIX) || renamed.has(name)) && !clientMaySend.has(name)) delete headers[name];
  };
}
