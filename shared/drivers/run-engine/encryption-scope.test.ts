import type { SerializationContext } from '@temporalio/common';
import { encryptionScope, ENCRYPTION_SCOPES } from './encryption-scope';

const workflow = (workflowId: string): SerializationContext => ({ type: 'workflow', namespace: 'default', workflowId });
const activity = (workflowId?: string): SerializationContext => ({
  ...{ type: 'activity', namespace: 'default', activityId: '1', isLocal: true },
  ...(workflowId !== undefined && { workflowId }),
});

const none = new Set<string>();
const vault = new Set(['vault']);

it.each<[what: string, known: Set<string>, context: SerializationContext | undefined, secrets: boolean]>([
  ['a run of a workspace that knows secrets', vault, workflow('vault/uses/01J'), true],
  ['a run of another one', vault, workflow('shop/uses/01J'), false],
  ['a run of one whose name begins alike', vault, workflow('vaults/uses/01J'), false],
  ['an activity of a run that knows secrets', vault, activity('vault/uses/01J'), true],
  ['an activity of another run', vault, activity('shop/uses/01J'), false],
  ['an activity of nobody', vault, activity(), true],
  ['an activity of nobody, where nobody knows a secret', none, activity(), false],
  ['a workflow of no workspace', vault, workflow('something-else'), true],
  ['no context', vault, undefined, true],
  ['no context, where nobody knows a secret', none, undefined, false],
])('of %s', (_what, known, context, secrets) => {
  const workspaces = { has: (id: string) => known.has(id), any: () => known.size > 0 };
  const found = ENCRYPTION_SCOPES.map((scope) => [scope, encryptionScope(scope, workspaces)(context)]);
  expect(Object.fromEntries(found)).toEqual({ secrets, on: true, off: false });
});
