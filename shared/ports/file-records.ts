/** Where the bytes of a file are found. Ids are ULIDs of ours, never a client's text. */
export interface FileKey {
  readonly workspaceId: string;
  readonly id: string;
}

export interface FileMetadata {
  readonly [name: string]: string | number | boolean;
}

/** What is known of an uploaded file. Dates are milliseconds. */
export interface StoredFile extends FileKey {
  /** As it is shown and downloaded: without folders, without control characters. */
  readonly name: string;
  readonly mimetype: string;
  readonly size: number;
  /** SHA-256 of the bytes, hexadecimal. */
  readonly digest: string;
  readonly public: boolean;
  readonly metadata: FileMetadata;
  /** Whoever shows it may download the file. */
  readonly shareToken?: string;
  /** Of this file alone, told to nobody: temporary tokens are made of it. */
  readonly secret: string;
  /** Seconds, as it was asked for. */
  readonly expiresAfter?: number;
  readonly expiresAt?: number;
  readonly createdAt: number;
  readonly createdBy?: string;
  readonly updatedAt: number;
  readonly updatedBy?: string;
}

/** Fields that files can be found by, besides `metadata.<name>`. */
export const FILE_FIELDS = [
  ...['id', 'name', 'mimetype', 'size', 'public', 'createdBy', 'updatedBy', 'expiresAfter'],
  ...['createdAt', 'updatedAt', 'expiresAt'],
] as const;

export interface FileQuery {
  /** Files that have expired by now are no answer. */
  readonly now: number;
  /** All of them; values as text, `metadata.<name>` for metadata. */
  readonly where: readonly { readonly field: string; readonly value: string }[];
  /** Equal ones by their ids, so that pages do not overlap. */
  readonly sort: { readonly field: string; readonly descending: boolean };
  readonly offset: number;
  readonly limit: number;
}

/** What is known of files. Their bytes are in `FileBytes`, and are there before a record is. */
export interface FileRecords {
  /** All of them or none. */
  add(files: readonly StoredFile[]): Promise<void>;
  /** Also one that has expired, until it is removed. */
  find(key: FileKey): Promise<StoredFile | null>;
  list(workspaceId: string, query: FileQuery): Promise<readonly StoredFile[]>;
  /** In one step: nothing is written between what `edit` sees and what it gives. Null when there is none. */
  change(key: FileKey, edit: (file: StoredFile) => StoredFile): Promise<StoredFile | null>;
  /** @returns false when there was none */
  remove(key: FileKey): Promise<boolean>;
  /** All of a workspace. @returns whose bytes may go now */
  removeWorkspace(workspaceId: string): Promise<readonly FileKey[]>;
  /** Some of those that have expired; empty when there is none left. @returns whose bytes may go now */
  removeExpired(now: number): Promise<readonly FileKey[]>;
  /** Which of these have a record? */
  known(keys: readonly FileKey[]): Promise<ReadonlySet<string>>;
}
