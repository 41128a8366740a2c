import { splitFullSlug } from '../events/app-names';
import type { Json, JsonObject, Value } from '../json';
import { isContextName } from './contexts';
import type { Machine } from './machine';
import { getOwn } from './to-json';
import type { ContextName } from './types';
import type { WorkScope } from './work';

/** A context with its built-in fields, kept while what it was made of stays the same. */
export interface ContextView {
  readonly stored: JsonObject;
  readonly scope: WorkScope;
  readonly value: JsonObject;
}

/** The value of a variable's first segment: a context, or a local of the execution. */
export function readVariable(machine: Machine, scope: WorkScope, root: string): Value {
  if (isContextName(root)) return viewContext(machine, scope, root);
  if (root === 'config') return configOf(machine, scope);
  if (root === '$workspace') return machine.programs.definitions?.[scope.program.linked.instance];
  if (scope.own.size > 0) scope.own.delete(root);
  if (scope.streams.has(root)) return undefined;
  return getOwn(scope.locals, root);
}

export function configOf(machine: Machine, scope: WorkScope): JsonObject {
  const { instance } = scope.program.linked;
  return (getOwn(machine.config, instance) ?? getOwn(machine.programs.config, instance) ?? {}) as JsonObject;
}

function viewContext(machine: Machine, scope: WorkScope, name: ContextName): JsonObject {
  const stored = machine.contexts[name]?.value ?? {};
  const known = machine.views.get(name);
  if (known?.stored === stored && known.scope === scope) return known.value;
  // What is stored under the name of a field that is not known here stays hidden too.
  const value = present({ ...stored, ...builtIns(machine, scope, name) });
  machine.views.set(name, { stored, scope, value });
  return value;
}

/** Fields that win over stored ones of the same name. */
function builtIns(machine: Machine, scope: WorkScope, name: ContextName): { readonly [field: string]: Value } {
  const { run, identity } = machine;
  switch (name) {
    case 'global':
      return {
        ...run.globals,
        ...endpointsIn(machine, scope),
        workspaceId: run.workspaceId,
        workspaceName: run.workspaceName,
      };
    case 'user':
      return {
        id: identity.userId,
        email: identity.email,
        authData: identity.authData ?? {},
        role: identity.role,
      };
    case 'session':
      return { id: identity.sessionId };
    case 'run':
      return runFields(machine, scope);
    case 'socket':
      return {};
  }
}

/** The start brought those of the run's own automation; called apps have theirs. */
function endpointsIn({ run, programs }: Machine, { program }: WorkScope): JsonObject {
  const { instance } = program.linked;
  const names = programs.apps?.[instance]?.endpoints;
  if (names === undefined || splitFullSlug(run.automation).instance === instance) return {};
  const base = `${String(run.globals?.['apiUrl'] ?? '')}/workspaces/${run.workspaceId}/webhooks/`;
  const urls = Object.entries(names).map(([name, called]) => [name, base + encodeURIComponent(called)]);
  return { endpoints: Object.fromEntries(urls) as JsonObject };
}

function runFields({ run, identity, now, programs }: Machine, { facts, program }: WorkScope): JsonObject {
  const { instance } = program.linked;
  const app = programs.apps?.[instance];
  return present({
    correlationId: run.correlationId,
    depth: facts.depth,
    date: new Date(now).toISOString(),
    trigger: present({ ...facts.trigger }),
    automationSlug: program.linked.program.slug,
    ip: identity.ip,
    socketId: identity.socketId,
    sourceWorkspaceId: identity.sourceWorkspaceId,
    appSlug: app?.slug,
    appInstanceFullSlug: instance === '' ? undefined : instance,
    appInstanceSlug: instance === '' ? undefined : splitFullSlug(instance).slug,
    parentAppSlug: app?.parents.at(-1),
    parentAppSlugs: app && app.parents.length > 0 ? app.parents : undefined,
  });
}

/** Without the fields that are not there. */
export function present(fields: { readonly [key: string]: Value }): JsonObject {
  const kept: { [key: string]: Json } = {};
  for (const [key, value] of Object.entries(fields)) if (value !== undefined) kept[key] = value;
  return kept;
}
