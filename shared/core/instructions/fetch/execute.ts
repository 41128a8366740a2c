import type { FetchOp } from '../../automation/program';
import { isObject, type Json, type JsonObject, type Value } from '../../json';
import { invalidInstruction, type Execution, type Executor } from '../../run/execution';
import { asFailure } from '../../run/failures';
import type { FetchRequest } from '../../run/types';

/** Asks for a call of an HTTP API and parks the fibre until its answer comes. Only a call without an answer fails. */
export const executeFetch: Executor<FetchOp> = {
  enter(op, here) {
    const id = here.mint('command');
    const park = { kind: 'fetch', id, node: here.nodeId, request: requestOf(op, here, id), since: here.now } as const;
    here.fetch(park);
    return here.park(park);
  },
  resume(op, here, answer) {
    if (!('result' in answer)) return;
    const { outcome, events = [] } = answer.result;
    for (const { type, payload } of events) here.native(type, payload);
    if ('err' in outcome) throw asFailure(outcome.err);
    here.output(op.output, outcome.ok);
  },
};

function requestOf(op: FetchOp, here: Execution, id: string): FetchRequest {
  const url = here.renderJson(op.url) ?? null;
  if (typeof url !== 'string' || url.trim() === '') throw invalidInstruction('fetch', { url });
  const method = textOr(here.render(op.method), 'get').toUpperCase();
  const query = here.renderJson(op.query);
  const body = method === 'GET' ? undefined : here.renderJson(op.body);
  const mode = here.render(op.outputMode);
  return {
    url,
    method,
    headers: headersOf(here.renderJson(op.headers)),
    ...(isObject(query) && { query }),
    ...(body !== undefined && { body }),
    emitErrors: here.render(op.emitErrors) !== false,
    outputMode: mode === 'detailed_response' || mode === 'data_url' ? mode : 'body',
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
