import type { Permissions } from '../../shared/ports/access';
import type { FileBytes } from '../../shared/ports/file-bytes';
import type { FileRecords } from '../../shared/ports/file-records';
import type { Log } from '../../shared/ports/log';

/** What the service of files works with. */
export interface FilesDependencies {
  readonly records: FileRecords;
  readonly bytes: FileBytes;
  readonly permissions: Permissions;
  readonly workspaces: { has(workspaceId: string): boolean };
  readonly log: Log;
  readonly now?: () => number;
  readonly settings: FilesSettings;
}

export interface FilesSettings {
  /** Public address of the API, with `/v2`: files are below it. */
  readonly apiUrl: string;
  /** Of one file (UPLOADS_MAX_SIZE). */
  readonly fileLimitBytes: number;
  /** Of one form with all its files. */
  readonly formLimitBytes: number;
  /** UPLOADS_ALLOWED_MIMETYPES, UPLOADS_FORBIDDEN_MIMETYPES: `type/subtype`, or `*` in the place of either. */
  readonly mimetypes: MimetypeRules;
  /** UPLOADS_DEFAULT_VISIBILITY */
  readonly publicByDefault: boolean;
}

export interface MimetypeRules {
  readonly allowed: readonly string[];
  readonly forbidden: readonly string[];
}
