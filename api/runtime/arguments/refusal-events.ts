import { toErrorValue, type PlatformError } from '../../../shared/core/errors/errors';
import { appSource } from '../../../shared/core/events/app-source';
import type { Event } from '../../../shared/core/events/event';
import type { JsonObject } from '../../../shared/core/json';
import { present } from '../../../shared/core/run/read-variable';
import { mintNativeEvent, type Host, type NativeDraft } from '../../http/mint-event';
import type { RunRequest } from '../runs/start-input';

/**
 * What is told of a start that was refused for its arguments: the interaction took place, and it failed there. The run
 * would have told the first; it does not exist. Ids are derived: the same event, refused again after a crash, makes the
 * same ones.
 */
export function refusalEvents(request: RunRequest, error: PlatformError, host: Host): readonly Event[] {
  const { release, automation, id, announce = [] } = request;
  const { workspaceId } = release;
  const { slug = automation, instance = '' } = release.automations[automation] ?? {};
  const source = sourceOf(request, slug, instance);
  const event = (what: string, type: string, payload: JsonObject): Event =>
    mintNativeEvent({ id: `${id}-${automation}-${what}`, type, payload, source, host });
  const told = announce.flatMap((kind): Event[] => {
    if (kind === 'schedule') return [];
    if (kind === 'interaction') {
      const { sourceWorkspaceId } = request.identity;
      const appInstanceSlug = instance === '' ? undefined : instance;
      const trigger = present({ ...request.trigger, appInstanceSlug });
      const startedAt = new Date().toISOString();
      const payload = present({ workspaceId, sourceWorkspaceId, automation: slug, trigger, startedAt });
      return [event('interaction', 'runtime.interactions.triggered', payload)];
    }
    const { automationSlug = request.trigger.value, method } = request.args;
    return [event('webhook', 'runtime.webhooks.triggered', present({ workspaceId, automationSlug, method }))];
  });
  const errorType = instance === '' ? 'error' : `${instance}.error`;
  return [...told, event('invalid-arguments', errorType, { ...toErrorValue(error) })];
}

function sourceOf(request: RunRequest, slug: string, instance: string): NativeDraft['source'] {
  const { userId, sessionId, socketId, ip } = request.identity;
  return {
    correlationId: request.correlationId,
    workspaceId: request.release.workspaceId,
    ...(userId !== undefined && { userId }),
    ...(sessionId !== undefined && { sessionId }),
    ...(socketId !== undefined && { socketId }),
    ...(ip !== undefined && { ip }),
    automationSlug: slug,
    automationDepth: request.depth + 1,
    ...appSource(instance, request.release.instances?.[instance]?.appSlug),
    ...(request.http && { http: request.http }),
  };
}
