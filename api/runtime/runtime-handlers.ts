import type { Handlers } from '../http/contract';
import { createTestAutomation, type TestAutomationDependencies } from './test-automation';
import { createCallWebhook, type WebhookDependencies } from './webhooks';

/** Keyed by operationId of `shared/contracts/openapi/runtime.yaml`. */
export function createRuntimeHandlers(dependencies: WebhookDependencies & TestAutomationDependencies): Handlers {
  const callWebhook = createCallWebhook(dependencies);
  return {
    callWebhook,
    callWebhookByGet: callWebhook,
    callWebhookByPut: callWebhook,
    callWebhookByPatch: callWebhook,
    callWebhookByDelete: callWebhook,
    testAutomation: createTestAutomation(dependencies),
  };
}
