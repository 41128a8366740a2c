import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { WorkspaceRuns } from '../../ports/deployments';

const WORKSPACE = /^[\w-]+$/;

/** Finds the open runs of a workspace by what the engine lists. */
export const temporalWorkspaceRuns = (client: Pick<Client, 'workflow'>): WorkspaceRuns => ({
  async cancelOpen(workspaceId) {
    if (!WORKSPACE.test(workspaceId)) throw new Error(`cannot happen: a workspace named ${workspaceId}`);
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
});
