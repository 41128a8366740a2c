/** The files of workspaces, as text: YAML stays the document, it is never written again from a parsed form. */
export interface WorkspaceFiles {
  /** Ids of the workspaces there are, sorted. */
  list(): Promise<readonly string[]>;
  /** Path inside the workspace (`index.yml`, `automations/hello.yml`) -> text. Null when there is no such workspace. */
  read(workspaceId: string): Promise<{ readonly [path: string]: string } | null>;
  /** Calls back with the ids of changed workspaces, changes close together as one. Returns how to stop. */
  watch(changed: (workspaceIds: readonly string[]) => void): () => void;
}
