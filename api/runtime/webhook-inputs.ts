import type { Json, JsonObject } from '../../shared/core/json';
import { isObject } from '../../shared/core/json';
import type { HttpRequest } from '../http/contract';

/** Variables of an automation that an endpoint starts. */
export const webhookInputs = (request: HttpRequest, workspaceId: string, endpoint: string): JsonObject => ({
  body: bodyOf(request.body),
  headers: headersOf(request.headers),
  query: { ...request.query },
  method: request.method,
  workspaceId,
  automationSlug: endpoint,
});

/** Always an object: a list becomes one by its indices; a lone value, and what is not parsed, an empty one. */
function bodyOf(body: Json | undefined): JsonObject {
  if (Array.isArray(body)) return { ...(body as readonly Json[]) } as unknown as JsonObject;
  return isObject(body) ? body : {};
}

const hidden = new Set(['cookie', 'host']);
/** Said by the platform, never by a client: the door has removed a client's own. */
const SOURCE_WORKSPACE = 'x-prismeai-workspace-id';

function headersOf(headers: HttpRequest['headers']): JsonObject {
  const shown: { [name: string]: string } = {};
  for (const name of Object.keys(headers)) {
    if (hidden.has(name) || (name.startsWith('x-') && name !== SOURCE_WORKSPACE)) continue;
    shown[name] = headers[name] ?? '';
  }
  return shown;
}
