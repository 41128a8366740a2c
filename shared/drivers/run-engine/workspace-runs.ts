import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { WorkspaceRuns } from '../../ports/deployments';

const NAME = /^[\w-]+$/;

/** Both stand in a query. */
function assertName(text: string): void {
  if (!NAME.test(text)) throw new Error(`cannot happen: ${text} in a query`);
}

/** Finds the open runs of a workspace by what the engine lists. */
export const temporalWorkspaceRuns = (client: Pick<Client, 'workflow'>): WorkspaceRuns => ({
  async cancelOpen(workspaceId) {
    assertName(workspaceId);
    let count = 0;
    const query = `WorkspaceId = '${workspaceId}' AND ExecutionStatus = 'Running'`;
    for await (const { workflowId } of client.workflow.list({ query })) {
      count++;
      await client.workflow
        .getHandle(workflowId)
        .cancel()
        .catch((error: unknown) => {
          if (!(error instanceof WorkflowNotFoundError)) throw error;
        });
    }
    return count;
  },
  async countOpen(workspaceId, release) {
    assertName(workspaceId);
    assertName(release.replace(':', ''));
    // In backquotes: RELEASE is a word of SQL, and the engine's parser would spell it in lower case.
    const query = `WorkspaceId = '${workspaceId}' AND \`Release\` = '${release}' AND ExecutionStatus = 'Running'`;
    return (await client.workflow.count(query)).count;
  },
});
