import type { ExecuteRule } from '../../../shared/core/permissions/may-execute';
import type { Roles } from '../../../shared/ports/access';
import type { StartRun } from './start-run';

/** Rules of an API key on executing automations. */
export type KeyRulesOf = (workspaceId: string, apiKeyId: string) => readonly ExecuteRule[];

/**
 * Starts a run with the role that its user has in the workspace, and the rules of the API key that came with the call:
 * the run decides by them what it may execute.
 */
export const createStartWithRole =
  (startRun: StartRun, roles: Roles, keyRulesOf: KeyRulesOf = () => []): StartRun =>
  async ({ apiKeyId, ...request }, options) => {
    const { role: _claimed, keyRules: _given, ...identity } = request.identity;
    const { workspaceId } = request.release;
    const role = await roles.roleOf(workspaceId, identity);
    const keyRules = apiKeyId === undefined ? [] : keyRulesOf(workspaceId, apiKeyId);
    const whole = { ...identity, ...(role !== null && { role }), ...(keyRules.length > 0 && { keyRules }) };
    return startRun({ ...request, identity: whole }, options);
  };
