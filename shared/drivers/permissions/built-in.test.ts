import type { Action, Subject } from '../../ports/access';
import { builtInPermissions } from './built-in';

const events: Subject = { type: 'events', workspaceId: 'acme' };
const may = (role: string | undefined, action: Action, subject = events) =>
  builtInPermissions().can({ correlationId: 'c', ...(role !== undefined && { role }) }, action, subject);

it.each([
  [undefined, 'create', true],
  [undefined, 'read', true],
  [undefined, 'aggregate_search', false],
  ['visitor', 'get_usage', false],
  ['editor', 'get_usage', true],
  ['owner', 'aggregate_search', true],
  ['owner', 'delete', false],
] as const)('as %s, to %s events: %s', async (role, action, allowed) => {
  expect(await may(role, action)).toBe(allowed);
});

it('leaves everything else to everybody', async () => {
  expect(await may(undefined, 'execute', { type: 'automations', workspaceId: 'acme' })).toBe(true);
});

const acme: Subject = { type: 'workspaces', workspaceId: 'acme' };

it.each([
  [undefined, 'read', false],
  [undefined, 'create', false],
  ['visitor', 'read', false],
  ['editor', 'read', true],
  ['editor', 'update', true],
  ['editor', 'delete', false],
  ['editor', 'manage_repositories', false],
  ['owner', 'delete', true],
  ['owner', 'manage', true],
  ['superadmin', 'update', true],
] as const)('as %s, to %s a workspace: %s', async (role, action, allowed) => {
  expect(await may(role, action, acme)).toBe(allowed);
});

it('lets whoever is known make a workspace', async () => {
  expect(await builtInPermissions().can({ correlationId: 'c', userId: 'anna' }, 'create', acme)).toBe(true);
});
