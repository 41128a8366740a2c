import type { SerializationContext } from '@temporalio/common';
import type { SecretWorkspaces } from '../../ports/secret-workspaces';

/** `secrets`: payloads of workspaces that know secrets; `on`: all; `off`: none. */
export const ENCRYPTION_SCOPES = ['secrets', 'on', 'off'] as const;
export type EncryptionScope = (typeof ENCRYPTION_SCOPES)[number];

/** Are payloads of this workflow or activity encrypted when they are written? The SDK gives no context for a few. */
export type AppliesTo = (context?: SerializationContext) => boolean;

export function encryptionScope(scope: EncryptionScope, workspaces: Pick<SecretWorkspaces, 'has' | 'any'>): AppliesTo {
  if (scope !== 'secrets') return () => scope === 'on';
  return (context) => {
    // A run's key begins with its workspace.
    const key = context?.workflowId;
    const end = key?.indexOf('/') ?? -1;
    return key !== undefined && end > 0 ? workspaces.has(key.slice(0, end)) : workspaces.any();
  };
}
