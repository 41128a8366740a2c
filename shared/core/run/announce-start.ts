import type { JsonObject } from '../json';
import { nativeEvent, type Speaking } from './events';
import type { Machine } from './machine';
import { present } from './read-variable';
import type { StartInput } from './types';

/**
 * Sends the events that tell of the start.
 * @returns the locals of the automation: of a schedule, which nobody starts, they are the event that tells of it
 */
export function announceStart(machine: Machine, by: Speaking, input: StartInput): JsonObject {
  let { args } = input;
  for (const kind of input.announce ?? []) {
    switch (kind) {
      case 'interaction': {
        const payload = interactionOf(machine, by, input);
        const { id, source } = nativeEvent(machine, by, 'runtime.interactions.triggered', { payload });
        if (input.trigger.type === 'schedule') args = { id, source: source as unknown as JsonObject, payload, ...args };
        break;
      }
      case 'webhook': {
        const automationSlug = input.args['automationSlug'] ?? input.trigger.value;
        const payload = present({ workspaceId: input.workspaceId, automationSlug, method: input.args['method'] });
        nativeEvent(machine, by, 'runtime.webhooks.triggered', { payload });
        break;
      }
      case 'schedule':
        nativeEvent(machine, by, 'runtime.schedules.triggered', {
          payload: { workspaceId: input.workspaceId, automationSlug: by.slug, schedule: input.trigger.value },
        });
        break;
    }
  }
  return args;
}

const interactionOf = (machine: Machine, by: Speaking, input: StartInput): JsonObject =>
  present({
    workspaceId: input.workspaceId,
    sourceWorkspaceId: input.identity.sourceWorkspaceId,
    automation: by.slug,
    trigger: present({ ...input.trigger, appInstanceSlug: by.instance === '' ? undefined : by.instance }),
    startedAt: new Date(machine.now).toISOString(),
  });
