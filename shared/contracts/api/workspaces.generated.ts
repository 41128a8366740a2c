/** Made by scripts/api-types.mjs from shared/contracts/openapi/workspaces.yaml; never edited. */

import type { Json } from '../../core/json';

export type Workspace = {
  readonly name?: string;
  readonly slug?: string | null;
  readonly description?: Json;
  readonly photo?: string | null;
  readonly labels?: readonly string[] | null;
  readonly config?: { readonly [name: string]: Json } | null;
  readonly secrets?: { readonly [name: string]: Json } | null;
  readonly automations?: { readonly [name: string]: Json };
  readonly imports?: { readonly [name: string]: Json };
  readonly pages?: Json;
  readonly blocks?: Json;
  readonly customDomains?: readonly string[] | null;
  readonly registerWorkspace?: boolean | null;
  readonly repositories?: { readonly [name: string]: Json } | null;
  /** Read-only: what is sent does not count */
  readonly id?: Json;
  /** Read-only */
  readonly createdAt?: Json;
  /** Read-only */
  readonly createdBy?: Json;
  /** Read-only */
  readonly updatedAt?: Json;
  /** Read-only */
  readonly updatedBy?: Json;
};

export type NewWorkspace = {
  readonly name: string;
  readonly slug?: string | null;
  readonly description?: Json;
  readonly photo?: string | null;
  readonly labels?: readonly string[] | null;
  readonly config?: { readonly [name: string]: Json } | null;
  readonly secrets?: { readonly [name: string]: Json } | null;
  readonly automations?: { readonly [name: string]: Json };
  readonly imports?: { readonly [name: string]: Json };
  readonly pages?: Json;
  readonly blocks?: Json;
  readonly customDomains?: readonly string[] | null;
  readonly registerWorkspace?: boolean | null;
  readonly repositories?: { readonly [name: string]: Json } | null;
  /** Read-only: what is sent does not count */
  readonly id?: Json;
  /** Read-only */
  readonly createdAt?: Json;
  /** Read-only */
  readonly createdBy?: Json;
  /** Read-only */
  readonly updatedAt?: Json;
  /** Read-only */
  readonly updatedBy?: Json;
};

/** Its fields are those of `automation.schema.json`; the compiler judges them. */
export type Automation = { readonly slug?: string };

export type Suspension = { readonly suspended: boolean; readonly reason?: string };

export type BulkExport = {
  readonly workspaces?: {
    readonly query?: {
      /** Contained in the name */
      readonly name?: string;
      readonly slug?: string;
      /** Of a member */
      readonly email?: string;
      /** A list, or separated by commas; all of them, or an error */
      readonly ids?: string | readonly string[];
      /** Any of: a list, or separated by commas */
      readonly labels?: string | readonly string[];
    };
    readonly pagination?: { readonly page?: number; readonly limit?: number };
  };
  readonly includeApps?: boolean;
};

export type NewVersion = {
  readonly name?: string;
  readonly description?: string;
  readonly repository?: RepositoryChoice;
};

export type Pull = { readonly repository?: RepositoryChoice };

export type RepositoryChoice = {
  readonly id: string;
  /** Push: whatever the branch holds. Pull: the branch has the say in every conflict. */
  readonly force?: boolean;
  /** `ours`, `theirs`, or one of them for each path */
  readonly resolve?: Json;
};

export type Check = {
  /** Text by path, such as `automations/hello.yml` */
  readonly files: { readonly [name: string]: Json };
};

/** By operationId. */
export interface Operations {
  /** List the workspaces that the caller may read */
  readonly listWorkspaces: {
    readonly params: Record<never, never>;
    readonly query: {
      /** Contained in the name */
      readonly name?: string;
      readonly slug?: string;
      /** Separated by commas */
      readonly ids?: string;
      /** Any of, separated by commas */
      readonly labels?: string;
      /** Of this member. Of somebody else only workspaces count whose rights the caller may manage */
      readonly email?: string;
      /** Field, or `-field` */
      readonly sort?: string;
      readonly page?: number;
      readonly limit?: number;
    };
  };

  /** Create a workspace with everything in its document, or nothing */
  readonly createWorkspace: {
    readonly params: Record<never, never>;
    readonly query: {
      /** Refuse on any error that the compiler finds */
      readonly strict?: boolean;
    };
    readonly body: NewWorkspace;
  };

  /** Export several workspaces in one archive */
  readonly exportWorkspaces: {
    readonly params: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: BulkExport;
    readonly reply: string;
  };

  /** Create a workspace out of an archive, or several out of an archive of several */
  readonly importNewWorkspace: { readonly params: Record<never, never>; readonly query: Record<never, never> };

  /** Read a whole workspace */
  readonly getWorkspace: {
    readonly params: { readonly workspaceId: string };
    readonly query: {
      /** As it was published */
      readonly version?: string;
    };
  };

  /** Change a workspace */
  readonly updateWorkspace: {
    readonly params: { readonly workspaceId: string };
    readonly query: {
      /** Refuse on any error that the compiler finds */
      readonly strict?: boolean;
    };
    readonly body: Workspace;
  };

  /** Delete a workspace, its schedules and waits, and cancel its open runs */
  readonly deleteWorkspace: { readonly params: { readonly workspaceId: string }; readonly query: Record<never, never> };

  /** Suspend a workspace, or lift that */
  readonly suspendWorkspace: {
    readonly params: { readonly workspaceId: string };
    readonly query: Record<never, never>;
    readonly body: Suspension;
  };

  /** Import an archive into a workspace */
  readonly importWorkspace: { readonly params: { readonly workspaceId: string }; readonly query: Record<never, never> };

  /** List published versions, newest first */
  readonly listVersions: { readonly params: { readonly workspaceId: string }; readonly query: Record<never, never> };

  /** Publish the present files as a version, into a repository too */
  readonly publishVersion: {
    readonly params: { readonly workspaceId: string };
    readonly query: Record<never, never>;
    readonly body: NewVersion;
  };

  /** Delete a version */
  readonly deleteVersion: {
    readonly params: { readonly workspaceId: string; readonly versionId: string };
    readonly query: Record<never, never>;
  };

  /** Export a version, or `current`, as a zip archive */
  readonly exportVersion: {
    readonly params: { readonly workspaceId: string; readonly versionId: string };
    readonly query: Record<never, never>;
  };

  /** Roll back to a version, or take over what a repository holds */
  readonly pullVersion: {
    readonly params: { readonly workspaceId: string; readonly versionId: string };
    readonly query: Record<never, never>;
    readonly body: Pull;
  };

  /** Make a new workspace with the same files */
  readonly duplicateVersion: {
    readonly params: { readonly workspaceId: string; readonly versionId: string };
    readonly query: Record<never, never>;
  };

  /** Compare two versions file by file */
  readonly compareVersions: {
    readonly params: { readonly workspaceId: string; readonly versionId: string };
    readonly query: { readonly with?: string };
  };

  /** Create an automation */
  readonly createAutomation: {
    readonly params: { readonly workspaceId: string };
    readonly query: {
      /** Refuse on any error that the compiler finds */
      readonly strict?: boolean;
    };
    readonly body: Automation;
  };

  /** Read an automation */
  readonly getAutomation: {
    readonly params: {
      readonly workspaceId: string;
      /** Percent-encoded, slashes too. */
      readonly automationSlug: string;
    };
    readonly query: Record<never, never>;
  };

  /** Replace an automation; another `slug` renames it */
  readonly updateAutomation: {
    readonly params: {
      readonly workspaceId: string;
      /** Percent-encoded, slashes too. */
      readonly automationSlug: string;
    };
    readonly query: {
      /** Refuse on any error that the compiler finds */
      readonly strict?: boolean;
    };
    readonly body: Automation;
  };

  /** Delete an automation */
  readonly deleteAutomation: {
    readonly params: {
      readonly workspaceId: string;
      /** Percent-encoded, slashes too. */
      readonly automationSlug: string;
    };
    readonly query: Record<never, never>;
  };

  /** Read the YAML text with its comments */
  readonly getAutomationSource: {
    readonly params: {
      readonly workspaceId: string;
      /** Percent-encoded, slashes too. */
      readonly automationSlug: string;
    };
    readonly query: Record<never, never>;
  };

  /** Store a YAML text as it is */
  readonly putAutomationSource: {
    readonly params: {
      readonly workspaceId: string;
      /** Percent-encoded, slashes too. */
      readonly automationSlug: string;
    };
    readonly query: Record<never, never>;
  };

  /** Compile files without storing them */
  readonly checkWorkspace: {
    readonly params: { readonly workspaceId: string };
    readonly query: Record<never, never>;
    readonly body: Check;
  };

  /** What was in force and when, newest first */
  readonly listReleases: {
    readonly params: { readonly workspaceId: string };
    readonly query: { readonly limit?: number; readonly cursor?: string };
  };
}
