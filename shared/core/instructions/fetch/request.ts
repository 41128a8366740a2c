import type { FetchOp } from '../../automation/program';
import { isObject, type Json, type JsonObject, type Value } from '../../json';
import { invalidInstruction, type Execution } from '../../run/execution';
import type { FetchRequest, FormPart, RunIdentity } from '../../run/types';

/** @param call `id` is the same for every attempt. @throws InvalidInstructionError */
export function requestOf(
  op: FetchOp,
  here: Execution,
  { id, wantsStream }: { readonly id: string; readonly wantsStream: boolean },
): FetchRequest {
  const url = here.renderJson(op.url) ?? null;
  if (typeof url !== 'string' || url.trim() === '') throw invalidInstruction('fetch', { url });
  const method = textOr(here.render(op.method), 'get').toUpperCase();
  const query = here.renderJson(op.query);
  const withBody = method !== 'GET';
  const body = withBody ? here.renderJson(op.body) : undefined;
  const multipart = withBody ? partsOf(here.renderJson(op.multipart)) : undefined;
  const mode = here.render(op.outputMode);
  return {
    url,
    method,
    headers: headersOf(here.renderJson(op.headers)),
    ...(isObject(query) && { query }),
    ...(body !== undefined && multipart === undefined && { body }),
    ...(multipart && { multipart }),
    emitErrors: here.render(op.emitErrors) !== false,
    outputMode: mode === 'detailed_response' || mode === 'data_url' ? mode : 'body',
    ...(wantsStream && { wantsStream }),
    ...ownApi(url, op, here),
    workspaceId: here.run.workspaceId,
    correlationId: here.run.correlationId,
    idempotencyKey: id,
  };
}

const textOr = (value: Value, fallback: string): string =>
  typeof value === 'string' && value !== '' ? value : fallback;

/** Texts only: other plain values as text, lists joined, ∅ and null left out. */
function headersOf(value: Value): { readonly [name: string]: string } {
  if (!isObject(value)) return {};
  const named = Object.entries(value).filter(([, header]) => header !== null);
  return Object.fromEntries(named.map(([name, header]) => [name, headerText(header)]));
}

function headerText(header: Json): string {
  if (Array.isArray(header)) return header.map(headerText).join(', ');
  return typeof header === 'object' && header !== null ? JSON.stringify(header as JsonObject) : String(header);
}

/** ∅ and null are no form. @throws InvalidInstructionError for anything but a list of parts with names */
function partsOf(value: Value): readonly FormPart[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw invalidInstruction('fetch', { multipart: value });
  return (value as readonly Json[]).map((part) => {
    if (!isObject(part) || typeof part.fieldname !== 'string' || part.fieldname === '')
      throw invalidInstruction('fetch', { multipart: part });
    const { fieldname, value: content = null, filename, contentType } = part;
    return {
      fieldname,
      value: content,
      ...(typeof filename === 'string' && filename !== '' && { filename }),
      ...(typeof contentType === 'string' && contentType !== '' && { contentType }),
    };
  });
}

/** For the own API only: whom the call is made for, and with which key. The activity decides by the whole URL. */
function ownApi(url: string, op: FetchOp, here: Execution): Pick<FetchRequest, 'onBehalfOf' | 'apiKey'> {
  const apiUrl = here.run.globals?.apiUrl;
  if (typeof apiUrl !== 'string' || !/^\/(workspaces|pages|files)([/?#]|$)/.test(after(url, apiUrl))) return {};
  const key = here.renderJson(op.apiKey);
  const name = isObject(key) ? key.name : key;
  const user = knownUser(here.run.origin);
  return {
    ...(user && { onBehalfOf: user }),
    ...(name !== undefined && name !== null && { apiKey: String(name as string) }),
  };
}

const after = (text: string, start: string): string => (text.startsWith(start) ? text.slice(start.length) : '');

function knownUser({ userId, sessionId, email, authData }: RunIdentity): RunIdentity | undefined {
  if (userId === undefined) return undefined;
  return {
    userId,
    ...(sessionId !== undefined && { sessionId }),
    ...(email !== undefined && { email }),
    ...(authData !== undefined && { authData }),
  };
}
