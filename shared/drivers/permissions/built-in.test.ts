import type { Action, Subject } from '../../ports/access';
import { builtInPermissions } from './built-in';

const may = (role: string | undefined, action: Action, type: Subject['type']) =>
  builtInPermissions().can({ correlationId: 'c', ...(role !== undefined && { role }) }, action, {
    type,
    workspaceId: 'acme',
  });

it.each([
  [undefined, 'create', 'events', true],
  [undefined, 'read', 'events', true],
  [undefined, 'aggregate_search', 'events', false],
  ['visitor', 'get_usage', 'events', false],
  ['editor', 'get_usage', 'events', true],
  ['owner', 'aggregate_search', 'events', true],
  ['superadmin', 'aggregate_search', 'events', true],
  ['owner', 'delete', 'events', false],
  [undefined, 'execute', 'automations', true],
  ['visitor', 'execute', 'automations', true],
  [undefined, 'test', 'automations', false],
  ['visitor', 'test', 'automations', false],
  ['', 'test', 'automations', false],
  ['toString', 'test', 'automations', false],
  ['editor', 'test', 'automations', true],
  ['owner', 'test', 'automations', true],
  ['superadmin', 'test', 'automations', true],
  [undefined, 'inspect', 'runs', false],
  ['visitor', 'inspect', 'runs', false],
  ['editor', 'inspect', 'runs', true],
  [undefined, 'execute', 'runs', false],
  [undefined, 'read', 'workspaces', false],
  ['visitor', 'update', 'workspaces', false],
  ['owner', 'update', 'workspaces', true],
  [undefined, 'create', 'workspaces', false],
  ['editor', 'read', 'workspaces', true],
  ['editor', 'update', 'workspaces', true],
  ['editor', 'delete', 'workspaces', false],
  ['editor', 'manage_repositories', 'workspaces', false],
  ['owner', 'delete', 'workspaces', true],
  ['owner', 'manage', 'workspaces', true],
  ['superadmin', 'update', 'workspaces', true],
] as const)('as %s, to %s %s: %s', async (role, action, type, allowed) => {
  expect(await may(role, action, type)).toBe(allowed);
});

it('lets whoever is known make a workspace', async () => {
  const acme: Subject = { type: 'workspaces', workspaceId: 'acme' };
  expect(await builtInPermissions().can({ correlationId: 'c', userId: 'anna' }, 'create', acme)).toBe(true);
});
