import { NO_AUTHORIZATIONS, type Authorizations } from '../../core/permissions/rule';
import { compileSecurity, securityFile } from '../../core/workspaces/compile-security';

/** The files of a workspace as they are now; null = there is no such workspace. */
export type FilesNow = (workspaceId: string) => { readonly [path: string]: string } | null;

/**
 * What the security documents of workspaces say, each compiled once. A text with errors changes nothing: what held before
 * goes on holding, and where nothing did, only what is built in.
 */
export function securityDocuments(filesNow: FilesNow): (workspaceId: string) => Authorizations {
  const known = new Map<string, { readonly text: string | undefined; readonly holds: Authorizations }>();
  return (workspaceId) => {
    const files = filesNow(workspaceId);
    if (files === null) {
      known.delete(workspaceId);
      return NO_AUTHORIZATIONS;
    }
    const file = securityFile(files);
    const text = files[file];
    const before = known.get(workspaceId);
    if (before && before.text === text) return before.holds;
    const { authorizations, diagnostics } = compileSecurity(file, text);
    const isSound = !diagnostics.some(({ severity }) => severity === 'error');
    const holds = isSound ? authorizations : (before?.holds ?? NO_AUTHORIZATIONS);
    known.set(workspaceId, { text, holds });
    return holds;
  };
}
