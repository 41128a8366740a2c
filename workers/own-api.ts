import type { ShortLivedTokens } from '../shared/drivers/identity/short-lived-tokens';
import type { OwnApi } from '../shared/ports/own-api';

/** A key by the name that an automation gives it. */
export type NamedKeys = (workspaceId: string, name: string) => string | undefined;

/** What runs need to call the API that they are served by. @param namedKey  asked when a run calls */
export const ownApi = (
  { url, apiKeyHeader }: Pick<OwnApi, 'url' | 'apiKeyHeader'>,
  tokens: ShortLivedTokens,
  namedKey: NamedKeys,
): OwnApi => ({
  ...{ url, apiKeyHeader },
  apiKey: namedKey,
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
