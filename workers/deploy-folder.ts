import type { AppDependents } from '../api/runtime/deploy/app-dependents';
import type { DeployWorkspace, Deployed } from '../api/runtime/deploy/deploy-workspace';
import { formatDiagnostic } from '../shared/core/automation/format-diagnostic';
import type { Log } from '../shared/ports/log';
import type { WorkspaceFiles } from '../shared/ports/workspace-files';
import { describeAutomations, type Address } from './describe-automations';

export interface FolderDeployment {
  readonly files: WorkspaceFiles;
  readonly deploy: DeployWorkspace;
  readonly dependents: AppDependents;
  /** Workspaces that a former start served: gone from the folder, they are taken out of force. */
  readonly known: readonly string[];
  readonly address: Address;
  readonly print: (line: string) => void;
  readonly log: Log;
  readonly colours: boolean;
}

/** Before a deployment that failed is tried again: the least and the most. A store or the engine may be away for long. */
const RETRY_MS = [1_000, 30_000] as const;

/**
 * Brings every workspace of the folder into force, and each change from then on, also of apps that they install. One that
 * fails for another reason than its text is tried again until it succeeds. Returns how to stop watching.
 */
export async function deployFolder(deployment: FolderDeployment): Promise<() => void> {
  const { files, known, dependents } = deployment;
  const retries = new Map<string, NodeJS.Timeout>();
  let stopped = false;

  async function bring(workspaceId: string, atStart: boolean, waitMs: number = RETRY_MS[0]): Promise<void> {
    clearTimeout(retries.get(workspaceId));
    const done = await deployOne(deployment, workspaceId, atStart);
    if (done || stopped) return;
    const again = () => void bring(workspaceId, atStart, Math.min(2 * waitMs, RETRY_MS[1]));
    retries.set(workspaceId, setTimeout(again, waitMs).unref());
  }

  for (const workspaceId of new Set([...known, ...(await files.list())])) await bring(workspaceId, true);
  const unwatch = files.watch((changed) => {
    for (const workspaceId of [...changed, ...dependents.of(changed)]) void bring(workspaceId, false);
  });
  return () => {
    stopped = true;
    for (const retry of retries.values()) clearTimeout(retry);
    unwatch();
  };
}

/** @returns false when it must be tried again */
async function deployOne(deployment: FolderDeployment, workspaceId: string, atStart: boolean): Promise<boolean> {
  const { deploy, log, print } = deployment;
  try {
    const deployed = await deploy(workspaceId);
    for (const line of await report(deployment, deployed, atStart)) print(line);
    return true;
  } catch (error) {
    log.error(
      { workspaceId, err: error },
      'the workspace could not be deployed and is tried again; what was in force goes on serving',
    );
    return false;
  }
}

async function report(deployment: FolderDeployment, deployed: Deployed, atStart: boolean): Promise<string[]> {
  const { workspaceId, outcome, release, diagnostics } = deployed;
  const problems = await problemLines(deployment, deployed);
  switch (outcome) {
    case 'refused': {
      const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
      const serving = release ? 'the last good release goes on serving' : 'nothing of it is served';
      return [...problems, `${workspaceId}: ${errors} ${errors === 1 ? 'error' : 'errors'}, not deployed; ${serving}`];
    }
    case 'removed':
      return [`${workspaceId}: removed; its parked runs go on`];
    case 'same':
      return atStart && release
        ? [...problems, `${workspaceId}`, ...describeAutomations(release, deployment.address)]
        : problems;
    case 'deployed':
      return release
        ? [
            ...problems,
            `${workspaceId}: deployed ${release.digest.slice(0, 14)}`,
            ...describeAutomations(release, deployment.address),
          ]
        : problems;
  }
}

async function problemLines(
  { files, colours }: FolderDeployment,
  { workspaceId, diagnostics }: Deployed,
): Promise<string[]> {
  if (diagnostics.length === 0) return [];
  const texts = (await files.read(workspaceId)) ?? {};
  return diagnostics.map((found) =>
    formatDiagnostic({ ...found, file: `${workspaceId}/${found.file}` }, texts[found.file] ?? '', { colours }),
  );
}
