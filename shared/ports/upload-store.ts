/** A file that somebody has uploaded into a workspace. Times in ms since epoch. */
export interface StoredFile {
  readonly id: string;
  readonly workspaceId: string;
  readonly name: string;
  readonly mimetype: string;
  /** Bytes. */
  readonly size: number;
  /** Everybody who knows its address may have it. */
  readonly public: boolean;
  readonly metadata: { readonly [name: string]: string };
  /** Whoever shows it may have the file. */
  readonly shareToken?: string;
  /** Signs temporary addresses. Never leaves the service. */
  readonly secret: string;
  readonly expiresAt?: number;
  readonly createdAt: number;
  readonly createdBy?: string;
}

export interface FileQuery {
  /** By field (`metadata.<name>` too): what its value must be, as a text. */
  readonly where: { readonly [field: string]: string };
  readonly sort: { readonly field: string; readonly descending: boolean };
  readonly offset: number;
  readonly limit: number;
}

/** Uploaded files with their bytes. One whose time is over is not there any more. */
export interface UploadStore {
  /** The bytes are safe before the file can be found. @throws StorageUnavailable (retryable) */
  put(file: StoredFile, content: Uint8Array): Promise<void>;
  find(workspaceId: string, id: string): StoredFile | null;
  content(workspaceId: string, id: string): Promise<Uint8Array | null>;
  /** Those with equal values of the field in the order of their ids. */
  list(workspaceId: string, query: FileQuery): readonly StoredFile[];
  /** One atomic change. Null: there is no such file. */
  change(workspaceId: string, id: string, edit: (file: StoredFile) => StoredFile): Promise<StoredFile | null>;
  /** False: there was none. */
  remove(workspaceId: string, id: string): Promise<boolean>;
  /** The workspace has gone. */
  forget(workspaceId: string): Promise<void>;
  /** Removes what has expired, and bytes that a crash has left without a file. */
  sweep(): Promise<void>;
}
