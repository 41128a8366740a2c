import type { Texts } from './deployments';

/** Where a repository is, and how to get in. */
export interface GitRemote {
  readonly url: string;
  readonly branch: string;
  readonly auth?: { readonly user?: string; readonly password?: string; readonly sshkey?: string };
}

export interface GitHead {
  readonly commit: string;
  readonly files: Texts;
}

/** Git repositories elsewhere, each holding one workspace at its root. */
export interface GitRepositories {
  /** What the branch, tag or commit holds; null for a branch that is not there yet. @throws RepositoryError */
  read(remote: GitRemote, ref?: string): Promise<GitHead | null>;
  /**
   * One commit on top of `parent` (null = the branch begins) that makes the files of the workspace these, and leaves
   * all others alone.
   * @returns the commit; null when somebody else was faster: the branch no longer is at `parent`
   */
  push(
    remote: GitRemote,
    commit: {
      readonly parent: string | null;
      readonly files: Texts;
      readonly message: string;
      readonly author: string;
      readonly tag?: string;
    },
  ): Promise<string | null>;
}
