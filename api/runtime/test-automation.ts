import { fail } from '../../shared/core/errors/errors';
import type { JsonObject } from '../../shared/core/json';
import type { Permissions } from '../../shared/ports/access';
import type { HttpRequest, Reply } from '../http/contract';
import { newUlid } from '../http/new-ulid';
import { requirePermission } from '../http/require-permission';
import { workspaceNotFound } from '../http/require-workspace';
import type { ActiveReleases } from './deploy/active-releases';
import { identityOf } from './identity-of';
import type { CallRun } from './runs/call-run';
import { runKeyOf } from './runs/start-input';
import type { StartRun } from './runs/start-run';

export interface TestAutomationDependencies {
  readonly releases: ActiveReleases;
  readonly permissions: Permissions;
  readonly startRun: StartRun;
  readonly callRun: CallRun;
}

/**
 * Runs an automation with the given variables, whatever triggers it has.
 * @throws ObjectNotFoundError unknown workspace or automation · ForbiddenError
 */
export const createTestAutomation = ({ releases, permissions, startRun, callRun }: TestAutomationDependencies) =>
  async function testAutomation(request: HttpRequest): Promise<Reply> {
    const { workspaceId = '', automationSlug = '' } = request.params;
    const active = releases.get(workspaceId);
    if (!active) throw workspaceNotFound(workspaceId);
    await requirePermission(permissions, request.caller, 'test', {
      type: 'automations',
      workspaceId,
      id: automationSlug,
    });
    if (!Object.hasOwn(active.release.automations, automationSlug)) {
      throw notFound('Automation', { subjectType: 'automations', query: automationSlug });
    }
    const { payload = {} } = (request.body ?? {}) as { readonly payload?: JsonObject };
    const id = newUlid();
    return callRun({
      run: runKeyOf(workspaceId, automationSlug, id),
      correlationId: request.caller.correlationId,
      signal: request.signal,
      async start({ signal, admitted }) {
        const { caller, http } = request;
        const run = {
          release: active.release,
          automation: automationSlug,
          id,
          trigger: { type: 'automation', value: automationSlug },
          args: payload,
          identity: identityOf(caller),
          ...(caller.apiKeyId !== undefined && { apiKeyId: caller.apiKeyId }),
          correlationId: caller.correlationId,
          depth: 0,
          announce: ['interaction'],
          http,
        } as const;
        await startRun(run, { who: 'caller', signal, admitted });
      },
    });
  };

const notFound = (what: string, details: JsonObject) => fail('ObjectNotFoundError', `${what} not found`, details);
