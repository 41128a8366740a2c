import type { IncomingHttpHeaders } from 'node:http';
import { isObject, type JsonObject } from '../../shared/core/json';
import type { Caller, PlatformFacts } from '../../shared/ports/access';
import type { Log } from '../../shared/ports/log';

/** Names of the headers that the gateway speaks to backends in; each can be changed by a setting. Lower case. */
export interface HeaderNames {
  readonly correlationId: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly authData: string;
  readonly role: string;
  readonly apiKey: string;
  readonly csrfToken: string;
}

export const defaultHeaderNames: HeaderNames = {
  correlationId: 'x-correlation-id',
  userId: 'x-prismeai-user-id',
  sessionId: 'x-prismeai-session-id',
  authData: 'x-prismeai-auth-data',
  role: 'x-prismeai-role',
  apiKey: 'x-prismeai-api-key',
  csrfToken: 'x-prismeai-csrf-token',
};

export const SOURCE_WORKSPACE_HEADER = 'x-prismeai-workspace-id';
/** Ours: email, kind and scopes of the caller, as JSON. */
const FACTS_HEADER = 'x-prismeai-caller-facts';

/** Headers are Latin-1: what is beyond ASCII is written as JSON escapes. */
const asciiJson = (value: object): string =>
  JSON.stringify(value).replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Tells a backend who calls. @param caller absent = nobody is known */
export function writeCallerHeaders(
  headers: IncomingHttpHeaders,
  caller: Partial<Caller> | undefined,
  names: HeaderNames,
): void {
  const { userId, sessionId, email, authData, platform } = caller ?? {};
  if (userId !== undefined) headers[names.userId] = userId;
  if (sessionId !== undefined) headers[names.sessionId] = sessionId;
  if (authData !== undefined) headers[names.authData] = asciiJson(authData);
  if (platform?.role !== undefined) headers[names.role] = platform.role;
  if (platform?.sourceWorkspaceId !== undefined) headers[SOURCE_WORKSPACE_HEADER] = platform.sourceWorkspaceId;
  if (userId === undefined) return;
  const { kind, scopes } = platform ?? {};
  headers[FACTS_HEADER] = asciiJson({ email, kind, scopes });
}

/** Reads what the gateway has written, and takes it out: what nobody sees later, no history can keep. */
export function readCallerHeaders(
  headers: IncomingHttpHeaders,
  names: HeaderNames,
  log: Log,
): Omit<Caller, 'correlationId' | 'ip'> {
  const take = (name: string): string | undefined => {
    const value = headers[name];
    delete headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  const [userId, sessionId, role] = [take(names.userId), take(names.sessionId), take(names.role)];
  const authData = parsed(take(names.authData), names.authData, log);
  const { email, kind, scopes } = parsed(take(FACTS_HEADER), FACTS_HEADER, log) ?? {};
  const source = headers[SOURCE_WORKSPACE_HEADER];
  const platform: PlatformFacts = {
    ...((kind === 'user' || kind === 'anonymous') && { kind }),
    ...(role !== undefined && { role }),
    ...(Array.isArray(scopes) && { scopes: scopes as readonly string[] }),
    ...(typeof source === 'string' && { sourceWorkspaceId: source }),
  };
  return {
    ...(userId !== undefined && { userId }),
    ...(sessionId !== undefined && { sessionId }),
    ...(typeof email === 'string' && { email }),
    ...(authData !== undefined && { authData }),
    ...(Object.keys(platform).length > 0 && { platform }),
  };
}

/** What cannot be read is logged and left out. */
function parsed(text: string | undefined, header: string, log: Log): JsonObject | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value as never)) return value as JsonObject;
  } catch {
    // Said below.
  }
  log.warn({ header }, 'a header of the gateway cannot be read');
  return undefined;
}
