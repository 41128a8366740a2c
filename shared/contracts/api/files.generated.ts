/** Made by scripts/api-types.mjs from shared/contracts/openapi/files.yaml; never edited. */

import type { Json } from '../../core/json';

/** By operationId. */
export interface Operations {
  /** List the files of a workspace, for who decides about its rights */
  readonly listFiles: {
    readonly params: { readonly workspaceId: string };
    readonly query: {
      /** Field, or `-field` */
      readonly sort?: string;
      readonly page?: number;
      readonly limit?: number;
    };
  };

  /** Upload files */
  readonly uploadFiles: {
    readonly params: { readonly workspaceId: string };
    readonly query: Record<never, never>;
    readonly body: {
      readonly file?: string;
      readonly public?: boolean;
      readonly shareToken?: boolean;
      readonly expiresAfter?: number;
    };
  };

  /** Read what is known of a file */
  readonly getFile: {
    readonly params: {
      readonly workspaceId: string;
      /** Its id, or the path in its address, percent-encoded */
      readonly fileId: string;
    };
    readonly query: Record<never, never>;
    readonly reply: {
      readonly id: string;
      readonly name: string;
      readonly url: string;
      /** `<workspace>/<id>.<name>` */
      readonly path: string;
      readonly mimetype: string;
      /** Bytes */
      readonly size: number;
      readonly workspaceId: string;
      readonly metadata: { readonly [name: string]: Json };
      readonly public: boolean;
      readonly shareToken?: string;
      readonly expiresAt?: string;
      /** Seconds after it was uploaded */
      readonly expiresAfter?: number;
      readonly createdAt: string;
      readonly createdBy?: string;
    };
  };

  /** Change who may have a file, for how long, and its metadata */
  readonly updateFile: {
    readonly params: {
      readonly workspaceId: string;
      /** Its id, or the path in its address, percent-encoded */
      readonly fileId: string;
    };
    readonly query: Record<never, never>;
    readonly body: {
      readonly public?: boolean;
      /** `true` makes a new token, `false` ends the one there is */
      readonly shareToken?: boolean;
      /** Seconds from now; null: never */
      readonly expiresAfter?: number | null;
      /** Replaces what there is; values are texts */
      readonly metadata?: { readonly [name: string]: Json };
    };
    readonly reply: {
      readonly id: string;
      readonly name: string;
      readonly url: string;
      /** `<workspace>/<id>.<name>` */
      readonly path: string;
      readonly mimetype: string;
      /** Bytes */
      readonly size: number;
      readonly workspaceId: string;
      readonly metadata: { readonly [name: string]: Json };
      readonly public: boolean;
      readonly shareToken?: string;
      readonly expiresAt?: string;
      /** Seconds after it was uploaded */
      readonly expiresAfter?: number;
      readonly createdAt: string;
      readonly createdBy?: string;
    };
  };

  /** Delete a file */
  readonly deleteFile: {
    readonly params: {
      readonly workspaceId: string;
      /** Its id, or the path in its address, percent-encoded */
      readonly fileId: string;
    };
    readonly query: Record<never, never>;
  };

  /** Make an address that opens a file for a while */
  readonly shareFile: {
    readonly params: {
      readonly workspaceId: string;
      /** Its id, or the path in its address, percent-encoded */
      readonly fileId: string;
    };
    readonly query: Record<never, never>;
    readonly body: {
      /** Seconds, 60 when absent */
      readonly expiresIn?: number;
    };
  };

  /** Get a file */
  readonly serveFile: {
    readonly params: {
      readonly workspaceId: string;
      /** `<id>.<name>`, as in the address of the file */
      readonly fileId: string;
    };
    readonly query: {
      /** The one that the file is shared with, or a temporary one */
      readonly token?: string;
    };
  };
}
