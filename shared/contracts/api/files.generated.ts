/** Made by scripts/api-types.mjs from shared/contracts/openapi/files.yaml; never edited. */

import type { Json } from '../../core/json';

export type File = {
  readonly id: string;
  readonly name: string;
  /** Where its bytes are */
  readonly url: string;
  readonly mimetype: string;
  readonly size: number;
  readonly workspaceId: string;
  /** `<workspaceId>/<id>.<name>` */
  readonly path: string;
  readonly metadata: { readonly [name: string]: Json };
  /** May everybody download it? */
  readonly public: boolean;
  /** Who shows it may download the file */
  readonly shareToken?: string;
  /** Seconds */
  readonly expiresAfter?: number;
  readonly expiresAt?: string;
  readonly createdAt: string;
  readonly createdBy?: string;
  readonly updatedAt: string;
  readonly updatedBy?: string;
};

/** By operationId. */
export interface Operations {
  /** List the files of a workspace */
  readonly listFiles: {
    readonly params: { readonly workspaceId: string };
    readonly query: {
      /** Field, or `-field`; `-createdAt` if not given */
      readonly sort?: string;
      readonly page?: number;
      readonly limit?: number;
    };
    readonly reply: readonly File[];
  };

  /** Upload files */
  readonly uploadFiles: {
    readonly params: { readonly workspaceId: string };
    readonly query: Record<never, never>;
    readonly reply: readonly File[];
  };

  /** Read what is known of a file */
  readonly getFile: {
    readonly params: {
      readonly workspaceId: string;
      /** Its id, or its path */
      readonly fileId: string;
    };
    readonly query: Record<never, never>;
    readonly reply: File;
  };

  /** Change what is known of a file */
  readonly updateFile: {
    readonly params: {
      readonly workspaceId: string;
      /** Its id, or its path */
      readonly fileId: string;
    };
    readonly query: Record<never, never>;
    readonly body: {
      readonly public?: boolean;
      /** Seconds from now; 0 or null: never */
      readonly expiresAfter?: number | null;
      /** A text of 8 characters or more; true: a new one; false or null: none */
      readonly shareToken?: Json;
      /** Replaces all of it */
      readonly metadata?: { readonly [name: string]: Json };
    };
    readonly reply: File;
  };

  /** Delete a file */
  readonly deleteFile: {
    readonly params: {
      readonly workspaceId: string;
      /** Its id, or its path */
      readonly fileId: string;
    };
    readonly query: Record<never, never>;
    readonly reply: { readonly id: string };
  };

  /** Get an address that opens a file for a while */
  readonly shareFile: {
    readonly params: {
      readonly workspaceId: string;
      /** Its id, or its path */
      readonly fileId: string;
    };
    readonly query: Record<never, never>;
    readonly body: {
      /** Seconds */
      readonly expiresIn?: number;
    };
    readonly reply: { readonly url: string; readonly expiresAt: string; readonly expiresIn: number };
  };

  /** Download a file */
  readonly downloadFile: {
    readonly params: {
      readonly workspaceId: string;
      /** `<id>.<name>` */
      readonly file: string;
    };
    readonly query: { readonly token?: string };
  };
}
