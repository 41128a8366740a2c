import { createHash } from 'node:crypto';
import { fail, isPlatformError } from '../../shared/core/errors/errors';
import type { RunKey } from '../../shared/core/run/types';
import type { Caller, Permissions } from '../../shared/ports/access';
import type { TraceStore } from '../../shared/ports/flush-store';
import type { IdempotencyStore } from '../../shared/ports/idempotency-store';
import type { HttpRequest, Reply } from '../http/contract';
import { newUlid } from '../http/new-ulid';
import { requirePermission } from '../http/require-permission';
import type { ActiveRelease, ActiveReleases } from './deploy/active-releases';
import { identityOf } from './identity-of';
import type { CallRun, Waiting } from './runs/call-run';
import { runKeyOf, type RunRequest } from './runs/start-input';
import type { StartRun } from './runs/start-run';
import { singleFlight } from './single-flight';
import { webhookInputs } from './webhook-inputs';

export interface WebhookDependencies {
  readonly releases: ActiveReleases;
  readonly permissions: Permissions;
  readonly startRun: StartRun;
  readonly callRun: CallRun;
  readonly idempotency: IdempotencyStore;
  readonly traces: Pick<TraceStore, 'answer' | 'read'>;
  readonly settings: {
    /** OSTINATO_IDEMPOTENCY_KEEP, milliseconds. */
    readonly idempotencyKeepMs: number;
    /** Lower case. */
    readonly correlationIdHeader: string;
  };
}

const KEY_HEADER = 'idempotency-key';
const KEY_MAX_LENGTH = 255;

/** What a call is for: the automations behind an endpoint, in the release in force. */
interface Target {
  readonly active: ActiveRelease;
  readonly workspaceId: string;
  readonly endpoint: string;
  /** Full slugs; the first one answers. */
  readonly automations: readonly [string, ...string[]];
}

/**
 * Calls the automations behind an endpoint: one run each, in one chain; the first one answers.
 * @throws ObjectNotFoundError nothing listens there · IdempotencyKeyReused the key came with another request
 */
export function createCallWebhook(dependencies: WebhookDependencies) {
  const { releases, permissions, callRun, idempotency, traces, settings } = dependencies;
  const onceInFlight = singleFlight<RunKey>();

  return async function callWebhook(request: HttpRequest): Promise<Reply> {
    const target = findTarget(releases, request);
    for (const id of target.automations) {
      const subject = { type: 'automations', workspaceId: target.workspaceId, id } as const;
      await requirePermission(permissions, request.caller, 'execute', subject);
    }
    const key = request.headers[KEY_HEADER];
    return key === undefined || key === '' ? callOnce(request, target) : callWithKey(request, target, key);
  };

  function callOnce(request: HttpRequest, target: Target): Promise<Reply> {
    const id = newUlid();
    const run = runKeyOf(target.workspaceId, target.automations[0], id);
    return callRun({
      run,
      correlationId: request.caller.correlationId,
      start: (waiting) => startAll(dependencies.startRun, requestsOf(request, target, id), waiting),
      signal: request.signal,
    });
  }

  /** The claim names the run, so whoever comes later waits for the same one, and starts it if a crash has prevented that. */
  async function callWithKey(request: HttpRequest, target: Target, key: string): Promise<Reply> {
    if (key.length > KEY_MAX_LENGTH) {
      throw fail('RequestValidationError', `Idempotency-Key has at most ${KEY_MAX_LENGTH} characters`);
    }
    const { workspaceId, endpoint, automations } = target;
    const bodyHash = hashOf(request);
    const run = runKeyOf(workspaceId, automations[0], newUlid());
    const name = JSON.stringify([workspaceId, endpoint, callerOf(request.caller), key]);
    const claim = await idempotency.claim(name, { run, bodyHash }, settings.idempotencyKeepMs);
    if (claim.bodyHash !== bodyHash) {
      throw fail('IdempotencyKeyReused', 'This Idempotency-Key was used with another request', { runId: claim.run });
    }
    const id = claim.run.slice(claim.run.lastIndexOf('/') + 1);
    const reply = await callRun({
      run: claim.run,
      correlationId: request.caller.correlationId,
      ...(!claim.first && { stored: () => traces.answer(claim.run) }),
      // The signal is not handed on: the start is shared by all callers of the key, and must not end with one of them.
      start: async ({ admitted }) => {
        await onceInFlight(claim.run, () =>
          startAll(dependencies.startRun, requestsOf(request, target, id, key), { admitted: () => undefined }).catch(
            async (error: unknown) => {
              if (isRefusal(error)) await idempotency.release(name, claim.run);
              throw error;
            },
          ),
        );
        admitted();
      },
      signal: request.signal,
    });
    return claim.first ? reply : withChainOf(claim.run, reply);
  }

  /** A repeated call belongs to the chain of the first one: that is the id that its events carry. */
  async function withChainOf(run: RunKey, reply: Reply): Promise<Reply> {
    const [record] = await traces.read(run);
    if (!record?.first) return reply;
    return { ...reply, headers: { ...reply.headers, [settings.correlationIdHeader]: record.first.correlationId } };
  }
}

function findTarget(releases: ActiveReleases, { params }: HttpRequest): Target {
  const { workspaceId = '', endpoint = '' } = params;
  const active = releases.get(workspaceId);
  const [first, ...others] = active?.triggers.endpoints.get(endpoint) ?? [];
  if (!active || first === undefined) {
    throw fail('ObjectNotFoundError', `Did not find any matching trigger for endpoint ${endpoint}`, {
      workspaceId,
      endpoint,
    });
  }
  return { active, workspaceId, endpoint, automations: [first, ...others] };
}

function requestsOf(request: HttpRequest, target: Target, id: string, key?: string): readonly RunRequest[] {
  const { active, workspaceId, endpoint, automations } = target;
  const args = webhookInputs(request, workspaceId, endpoint);
  return automations.map((automation, index) => ({
    release: active.release,
    automation,
    id,
    trigger: { type: 'endpoint', value: endpoint },
    args,
    identity: identityOf(request.caller),
    ...(request.caller.apiKeyId !== undefined && { apiKeyId: request.caller.apiKeyId }),
    correlationId: request.caller.correlationId,
    depth: 0,
    // One call is one interaction, however many automations share the endpoint.
    ...(index === 0 && { announce: ['interaction', 'webhook'] as const }),
    http: request.http,
    ...(index === 0 && key !== undefined && { idempotencyKey: key }),
  }));
}

/** The first one is the caller's, who may give up; the others belong to the same call, and are not refused any more. */
async function startAll(startRun: StartRun, requests: readonly RunRequest[], waiting: Partial<Waiting>): Promise<void> {
  const [first, ...others] = requests;
  if (first) await startRun(first, { who: 'caller', signal: waiting.signal, admitted: waiting.admitted });
  for (const request of others) await startRun(request, { who: 'event' });
}

/** The request itself is refused, before any run: with the key, the client may send a better one. */
const isRefusal = (error: unknown): boolean => isPlatformError(error) && !error.retryable && error.status < 500;

const callerOf = ({ userId, sessionId }: Caller): string => userId ?? sessionId ?? '';

const hashOf = ({ method, query, body }: HttpRequest): string =>
  createHash('sha256')
    .update(JSON.stringify([method, query, body ?? null]))
    .digest('base64url');
