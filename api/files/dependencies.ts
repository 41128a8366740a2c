import type { Permissions } from '../../shared/ports/access';
import type { Deployments } from '../../shared/ports/deployments';
import type { UploadStore } from '../../shared/ports/upload-store';

export interface FileSettings {
  /** Bytes of one file (UPLOADS_MAX_SIZE). */
  readonly maxBytes: number;
  /** UPLOADS_ALLOWED_MIMETYPES, such as `image/*`. */
  readonly allowedTypes: readonly string[];
  /** UPLOADS_FORBIDDEN_MIMETYPES: of what is allowed. */
  readonly forbiddenTypes: readonly string[];
  /** UPLOADS_DEFAULT_VISIBILITY */
  readonly publicByDefault: boolean;
  /** Where addresses of files begin (API_URL). */
  readonly apiUrl: string;
}

/** What the service of files works with. */
export interface FilesDependencies {
  readonly deployments: Pick<Deployments, 'view'>;
  readonly permissions: Permissions;
  readonly uploads: UploadStore;
  readonly settings: FileSettings;
}
