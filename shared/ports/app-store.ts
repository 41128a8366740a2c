import type { JsonObject } from '../core/json';
import type { Texts } from './deployments';

/** A workspace that was published for others to install. */
export interface PublishedApp {
  readonly slug: string;
  /** Whose files they are; it has one app at most. */
  readonly workspaceId: string;
  /** The version that `current` means. */
  readonly current: string;
  /** Name, description, photo, labels: as they are shown. */
  readonly shown: JsonObject;
  readonly createdAt: number;
  readonly createdBy?: string;
  readonly updatedAt: number;
  readonly updatedBy?: string;
}

export interface AppVersion {
  readonly name: string;
  readonly createdAt: number;
}

/** Published apps and the files of all their versions. */
export interface AppStore {
  find(slug: string): PublishedApp | null;
  ofWorkspace(workspaceId: string): PublishedApp | null;
  /** By slug. */
  list(): readonly PublishedApp[];
  /** Newest first, `current` not among them. */
  versions(slug: string): readonly AppVersion[];
  /** @param version  a name; null when there is none of it */
  files(slug: string, version: string): Texts | null;
  /**
   * Makes this version the current one, in one step. A version that is there already stays as it is: without files it is
   * taken again.
   * @param how.keep  versions kept; the oldest go, the current one never
   * @throws AlreadyUsedError when the slug is another workspace's, or the workspace has another slug
   */
  publish(
    app: PublishedApp,
    how: { readonly version: AppVersion; readonly files: Texts | null; readonly keep: number },
  ): Promise<void>;
  /** With all its versions. @returns false when there was none */
  remove(slug: string): Promise<boolean>;
}
