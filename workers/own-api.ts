import type { ShortLivedTokens } from '../shared/drivers/identity/short-lived-tokens';
import type { OwnApi } from '../shared/ports/own-api';
import type { WorkspaceSecrets } from './workspace-secrets';

/** What runs need to call the API that they are served by. */
export const ownApi = (
  { url, apiKeyHeader }: Pick<OwnApi, 'url' | 'apiKeyHeader'>,
  tokens: ShortLivedTokens,
  secrets: WorkspaceSecrets,
): OwnApi => ({
  ...{ url, apiKeyHeader },
  apiKey: (workspaceId, name) => secrets.apiKey(workspaceId, name),
  // Without the role: it is the one in the run's workspace, and the call may be about another.
  async mintToken({ userId, sessionId, email, authData }, run) {
    const caller = {
      ...(userId !== undefined && { userId }),
      ...(sessionId !== undefined && { sessionId }),
      ...(email !== undefined && { email }),
      ...(authData !== undefined && { authData }),
    };
    return tokens.mint(caller, run);
  },
});
