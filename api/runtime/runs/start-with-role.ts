import type { ExecuteRule } from '../../../shared/core/permissions/may-execute';
import type { RunIdentity } from '../../../shared/core/run/types';
import type { Roles } from '../../../shared/ports/access';
import type { StartRun } from './start-run';

/** Rules of an API key on executing automations. */
export type KeyRulesOf = (workspaceId: string, apiKeyId: string) => readonly ExecuteRule[];

/** What a user may execute by how they signed in. */
export type BoundRulesOf = (workspaceId: string, identity: RunIdentity) => Promise<readonly ExecuteRule[]>;

/**
 * Starts a run with the role that its user has in the workspace, the rules of roles that the user has by how they signed
 * in, and those of the API key that came with the call: the run decides by them what it may execute.
 */
export const createStartWithRole =
  (
    startRun: StartRun,
    roles: Roles,
    keyRulesOf: KeyRulesOf = () => [],
    boundRulesOf: BoundRulesOf = async () => [],
  ): StartRun =>
  async ({ apiKeyId, ...request }, options) => {
    const { role: _claimed, keyRules: _given, ...identity } = request.identity;
    const { workspaceId } = request.release;
    const role = await roles.roleOf(workspaceId, identity);
    const bound = await boundRulesOf(workspaceId, identity);
    const keyRules = [...bound, ...(apiKeyId === undefined ? [] : keyRulesOf(workspaceId, apiKeyId))];
    const whole = { ...identity, ...(role !== null && { role }), ...(keyRules.length > 0 && { keyRules }) };
    return startRun({ ...request, identity: whole }, options);
  };
