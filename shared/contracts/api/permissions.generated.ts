/** Made by scripts/api-types.mjs from shared/contracts/openapi/permissions.yaml; never edited. */

import type { Json } from '../../core/json';

/** Other fields are `InvalidPermissions`. */
export type Permissions = { readonly role?: string; readonly policies?: { readonly [name: string]: boolean } };

export type ApiKey = {
  readonly name: string;
  readonly rules: readonly { readonly [name: string]: Json }[];
  readonly disabled?: boolean;
};

/** By name `{value, description?}`; `null` takes one away. */
export type Secrets = { readonly [name: string]: { readonly value?: Json; readonly description?: string } | null };

/** By operationId. */
export interface Operations {
  /** Read the security document */
  readonly getSecurity: { readonly params: { readonly workspaceId: string }; readonly query: Record<never, never> };

  /** Replace the security document */
  readonly putSecurity: {
    readonly params: { readonly workspaceId: string };
    readonly query: Record<never, never>;
    readonly body: { readonly [name: string]: Json };
  };

  /** List what the workspace can be shared as */
  readonly listRoles: { readonly params: { readonly workspaceId: string }; readonly query: Record<never, never> };

  /** List whom the workspace is shared with */
  readonly listPermissions: { readonly params: { readonly workspaceId: string }; readonly query: Record<never, never> };

  /** Share the workspace with a user, everybody, or a role */
  readonly share: {
    readonly params: { readonly workspaceId: string };
    readonly query: Record<never, never>;
    readonly body: {
      readonly target: {
        readonly id?: string;
        readonly public?: boolean;
        readonly role?: string;
        /** Does not count */
        readonly displayName?: string;
      };
      readonly permissions: Permissions;
    };
  };

  /** Share the workspace no more with this target */
  readonly unshare: {
    readonly params: {
      readonly workspaceId: string;
      /** `*`, a user id, or `role:<name>` */
      readonly targetId: string;
    };
    readonly query: Record<never, never>;
  };

  /** List the API keys */
  readonly listApiKeys: { readonly params: { readonly workspaceId: string }; readonly query: Record<never, never> };

  /** Make an API key */
  readonly createApiKey: {
    readonly params: { readonly workspaceId: string };
    readonly query: Record<never, never>;
    readonly body: ApiKey;
  };

  /** Change name and rules of an API key, or disable it */
  readonly updateApiKey: {
    readonly params: {
      readonly workspaceId: string;
      /** Its id, or the key itself */
      readonly apiKey: string;
    };
    readonly query: Record<never, never>;
    readonly body: ApiKey;
  };

  /** Take an API key away */
  readonly deleteApiKey: {
    readonly params: {
      readonly workspaceId: string;
      /** Its id, or the key itself */
      readonly apiKey: string;
    };
    readonly query: Record<never, never>;
  };

  /** List the names of the secrets */
  readonly listSecrets: { readonly params: { readonly workspaceId: string }; readonly query: Record<never, never> };

  /** Replace all secrets */
  readonly replaceSecrets: {
    readonly params: { readonly workspaceId: string };
    readonly query: Record<never, never>;
    readonly body: Secrets;
  };

  /** Add or change some secrets */
  readonly updateSecrets: {
    readonly params: { readonly workspaceId: string };
    readonly query: Record<never, never>;
    readonly body: Secrets;
  };

  /** Delete a secret */
  readonly deleteSecret: {
    readonly params: { readonly workspaceId: string; readonly secretName: string };
    readonly query: Record<never, never>;
  };
}
