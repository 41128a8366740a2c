/** Made by scripts/api-types.mjs from shared/contracts/openapi/runtime.yaml; never edited. */

import type { Json } from '../../core/json';

/** By operationId. */
export interface Operations {
  /** Call the automations behind an endpoint */
  readonly callWebhookByGet: {
    readonly params: {
      readonly workspaceId: string;
      /** Name of the endpoint, percent-encoded; `<instance>.<name>` for apps. */
      readonly endpoint: string;
    };
    readonly query: Record<never, never>;
  };

  /** Call the automations behind an endpoint */
  readonly callWebhook: {
    readonly params: {
      readonly workspaceId: string;
      /** Name of the endpoint, percent-encoded; `<instance>.<name>` for apps. */
      readonly endpoint: string;
    };
    readonly query: Record<never, never>;
  };

  /** Call the automations behind an endpoint */
  readonly callWebhookByPut: {
    readonly params: {
      readonly workspaceId: string;
      /** Name of the endpoint, percent-encoded; `<instance>.<name>` for apps. */
      readonly endpoint: string;
    };
    readonly query: Record<never, never>;
  };

  /** Call the automations behind an endpoint */
  readonly callWebhookByPatch: {
    readonly params: {
      readonly workspaceId: string;
      /** Name of the endpoint, percent-encoded; `<instance>.<name>` for apps. */
      readonly endpoint: string;
    };
    readonly query: Record<never, never>;
  };

  /** Call the automations behind an endpoint */
  readonly callWebhookByDelete: {
    readonly params: {
      readonly workspaceId: string;
      /** Name of the endpoint, percent-encoded; `<instance>.<name>` for apps. */
      readonly endpoint: string;
    };
    readonly query: Record<never, never>;
  };

  /** Run an automation with the given arguments, whatever triggers it has */
  readonly testAutomation: {
    readonly params: { readonly workspaceId: string; readonly automationSlug: string };
    readonly query: Record<never, never>;
    readonly body: {
      /** Its keys are the automation's variables. */
      readonly payload?: { readonly [name: string]: Json };
    };
  };
}
