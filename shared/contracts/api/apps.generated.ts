/** Made by scripts/api-types.mjs from shared/contracts/openapi/apps.yaml; never edited. */

import type { Json } from '../../core/json';

export type NewApp = {
  readonly workspaceId: string;
  readonly slug?: string;
  readonly workspaceVersion?: string;
  readonly name?: string;
  /** A text, or one by language */
  readonly description?: Json;
};

export type App = {
  readonly workspaceId: string;
  readonly slug: string;
  readonly name: Json;
  readonly description: Json;
  readonly photo: Json;
  readonly labels: readonly Json[];
  readonly versions: readonly { readonly name: string; readonly createdAt: string }[];
  /** `schema` and `block` */
  readonly config?: { readonly [name: string]: Json };
  readonly createdAt: string;
  readonly updatedAt: string;
};

export type Instance = {
  readonly slug?: string;
  readonly appSlug?: string;
  readonly appVersion?: string | null;
  readonly appName?: string | null;
  readonly config?: { readonly [name: string]: Json } | null;
  readonly disabled?: boolean | null;
  readonly labels?: readonly string[] | null;
  /** Read-only: what is sent does not count */
  readonly photo?: Json;
  /** Read-only */
  readonly createdAt?: Json;
  /** Read-only */
  readonly createdBy?: Json;
  /** Read-only */
  readonly updatedAt?: Json;
  /** Read-only */
  readonly updatedBy?: Json;
};

export type InstanceRow = {
  readonly slug: string;
  readonly appSlug: string;
  readonly appVersion?: string;
  readonly photo?: Json;
  readonly automations: readonly { readonly [name: string]: Json }[];
  readonly blocks: Json;
  readonly events: { readonly listen: readonly string[]; readonly emit: readonly string[] };
};

/** By operationId. */
export interface Operations {
  /** List the apps that the caller may install */
  readonly listApps: {
    readonly params: Record<never, never>;
    readonly query: {
      /** Contained in the name or the slug */
      readonly text?: string;
      readonly workspaceId?: string;
      /** Any of, separated by commas */
      readonly labels?: string;
      readonly page?: number;
      readonly limit?: number;
    };
    readonly reply: readonly App[];
  };

  /** Publish a workspace as an app, or a new version of it */
  readonly publishApp: {
    readonly params: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: NewApp;
    readonly reply: App;
  };

  /** Read an app, and what the config of its instances looks like */
  readonly getApp: {
    readonly params: { readonly appSlug: string };
    readonly query: { readonly version?: string };
    readonly reply: App;
  };

  /** Withdraw an app with all its versions */
  readonly deleteApp: { readonly params: { readonly appSlug: string }; readonly query: Record<never, never> };

  /** List what is installed, with its automations and events */
  readonly listAppInstances: {
    readonly params: { readonly workspaceId: string };
    readonly query: Record<never, never>;
    readonly reply: readonly InstanceRow[];
  };

  /** Install an app */
  readonly installApp: {
    readonly params: { readonly workspaceId: string };
    readonly query: {
      /** Refuse on any error that the compiler finds */
      readonly strict?: boolean;
    };
    readonly body: Instance;
    readonly reply: { readonly [name: string]: Json };
  };

  /** Read an app instance */
  readonly getAppInstance: {
    readonly params: {
      readonly workspaceId: string;
      /** Percent-encoded, slashes too. */
      readonly instanceSlug: string;
    };
    readonly query: Record<never, never>;
    readonly reply: { readonly [name: string]: Json };
  };

  /** Change an app instance; another `slug` renames it, another `appVersion` upgrades it */
  readonly updateAppInstance: {
    readonly params: {
      readonly workspaceId: string;
      /** Percent-encoded, slashes too. */
      readonly instanceSlug: string;
    };
    readonly query: {
      /** Refuse on any error that the compiler finds */
      readonly strict?: boolean;
    };
    readonly body: Instance;
    readonly reply: { readonly [name: string]: Json };
  };

  /** Uninstall an app instance */
  readonly uninstallApp: {
    readonly params: {
      readonly workspaceId: string;
      /** Percent-encoded, slashes too. */
      readonly instanceSlug: string;
    };
    readonly query: Record<never, never>;
  };

  /** Read the config of an app instance as it is written */
  readonly getAppInstanceConfig: {
    readonly params: {
      readonly workspaceId: string;
      /** Percent-encoded, slashes too. */
      readonly instanceSlug: string;
    };
    readonly query: Record<never, never>;
  };

  /** Put keys over the config of an app instance */
  readonly updateAppInstanceConfig: {
    readonly params: {
      readonly workspaceId: string;
      /** Percent-encoded, slashes too. */
      readonly instanceSlug: string;
    };
    readonly query: {
      /** Refuse on any error that the compiler finds */
      readonly strict?: boolean;
    };
    readonly body: { readonly [name: string]: Json };
    readonly reply: { readonly [name: string]: Json };
  };
}
