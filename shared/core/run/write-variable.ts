/** `set`, `delete` and every `output`: locals, stored contexts, config. */
import { fail } from '../errors/errors';
import { isObject, type Json, type JsonObject, type Value } from '../json';
import { changeAt, removeAt, type ChangeOp, type Path } from './change-value';
import { contextOwners, isContextName } from './contexts';
import { bytesOf, limitError, refusalOf, type Growth } from './context-size';
import { errorEvent, nativeEvent, sourceIn, type Speaking } from './events';
import type { Machine } from './machine';
import { noteSecrets } from './note-secrets';
import { configOf, present } from './read-variable';
import { sendToCaller } from './send-to-caller';
import { getOwn, setOwn, toJson } from './to-json';
import type { ContextName, Patch, RefusedPatch } from './types';
import type { WorkScope } from './work';

export interface Target {
  readonly segments: Path;
  /** The name ends with `[]`. */
  readonly push: boolean;
}

/** Which change a `set` with this type and name makes of this old value: `[]` appends, or joins a list with `merge`. */
function changeOf(mode: ChangeOp, push: boolean, value: Value): ChangeOp {
  if (!push) return mode;
  return mode === 'merge' && Array.isArray(value) ? 'merge' : 'push';
}

export interface Assignment {
  readonly mode: ChangeOp;
  readonly value: Value;
}

/** @throws InvalidInstructionError when the path leads through a scalar, or the value cannot stand there */
export function writeVariable(
  machine: Machine,
  scope: WorkScope,
  target: Target,
  { mode, value: raw }: Assignment,
): void {
  const { segments, push } = target;
  const value = toJson(raw, machine.maximumSize);
  const root = String(segments[0]);
  refuseDefinition(root);
  const op = changeOf(mode, push, value);
  // `name[]` starts a list where none is, before a list is joined to it.
  const restart = push && op === 'merge';
  if (isContextName(root) || root === 'config') {
    writeContext(machine, scope, root, { path: segments.slice(1), op, value, restart });
  } else if (scope.streams.has(root)) {
    sendToCaller(machine, changeAt(undefined, segments.slice(1), { op: 'replace', value }));
  } else writeLocal(scope, root, { path: segments, op, value, restart });
}

/** @throws InvalidInstructionError `$workspace` is read only */
function refuseDefinition(root: string): void {
  if (root === '$workspace') throw fail('InvalidInstructionError', '$workspace cannot be changed', { variable: root });
}

/** `path` starts with the variable's own name. */
function writeLocal(scope: WorkScope, root: string, { path, op, value, restart }: Write<ChangeOp>): void {
  const locals = ownLocals(scope);
  if (path.length === 1 && op === 'replace') {
    if (scope.own.size > 0) scope.own.delete(root);
    writeKey(locals, root, value);
    return;
  }
  let own = scope.own.get(root);
  if (own === undefined) scope.own.set(root, (own = new Set()));
  const before = getOwn(locals, root);
  const started = restart ? startList(before, path, 1) : before;
  writeKey(locals, root, changeAt(started, path, { op, value, own }, 1));
}

/** The root with a list at the path, if there is none. */
function startList(root: Value, path: Path, from: number): Value {
  let at = root;
  for (let i = from; i < path.length; i++) {
    at = typeof at === 'object' && at !== null ? getOwn(at as JsonObject, String(path[i])) : undefined;
  }
  return Array.isArray(at) ? root : changeAt(root, path, { op: 'replace', value: [] }, from);
}

/** A loop's own variables: plain locals, whatever their name. */
export function writeOwnLocal(scope: WorkScope, name: string, value: Value): void {
  if (scope.own.size > 0) scope.own.delete(name);
  scope.streams.delete(name);
  writeKey(ownLocals(scope), name, value);
}

/** Makes a local stand for the answer's stream, whatever it held. */
export function writeStream(scope: WorkScope, name: string): void {
  writeOwnLocal(scope, name, undefined);
  scope.streams.add(name);
}

function writeKey(object: { [key: string]: Json }, key: string, value: Value): void {
  if (value === undefined) delete object[key];
  else setOwn(object, key, value);
}

function ownLocals(scope: WorkScope): { [name: string]: Json } {
  if (!scope.copied) {
    scope.locals = { ...scope.locals };
    scope.copied = true;
  }
  return scope.locals;
}

export function deleteVariable(machine: Machine, scope: WorkScope, segments: Path): void {
  const root = String(segments[0]);
  refuseDefinition(root);
  if (isContextName(root) || root === 'config') {
    return writeContext(machine, scope, root, {
      path: segments.slice(1),
      op: 'delete',
      value: undefined,
      restart: false,
    });
  }
  if (scope.streams.has(root)) {
    if (segments.length === 1) scope.streams.delete(root);
    return;
  }
  scope.own.delete(root);
  const locals = ownLocals(scope);
  if (segments.length === 1) delete locals[root];
  else writeKey(locals, root, removeAt(getOwn(locals, root), segments.slice(1)));
}

interface Write<Op extends Patch['op'] = Patch['op']> {
  readonly path: Path;
  readonly op: Op;
  readonly value: Value;
  readonly restart: boolean;
}

function writeContext(machine: Machine, scope: WorkScope, name: ContextName | 'config', write: Write): void {
  if (switchesIdentity(machine, name, write)) return;
  const before = name === 'config' ? configOf(machine, scope) : (machine.contexts[name]?.value ?? {});
  const after = changed(before, name, write);
  if (name !== 'config' && !hasRoom(machine, scope, { context: name, before, after }, write.path)) return;
  const owner = keep(machine, scope, name, after);
  const patch = patchFor(name, owner ?? '', write, after);
  if (owner !== null) machine.command({ kind: 'patch', patch });
  announce(machine, scope, patch);
}

/** Counts the write. One without room is reported instead; what nobody stores takes none. */
function hasRoom(machine: Machine, scope: WorkScope, growth: Growth, path: Path): boolean {
  const limitBytes = machine.run.limits.contextsMaxBytes ?? 0;
  const { context, before, after } = growth;
  if (limitBytes === 0 || (machine.contexts[context]?.owner ?? null) === null) return true;
  const usedBytes = machine.usedBytes ?? 0;
  const refusal = refusalOf(growth, { usedBytes, limitBytes });
  if (refusal) reportFull(machine, sourceIn(scope), { ...refusal, path });
  else if (context !== 'run') machine.usedBytes = usedBytes - bytesOf(before) + bytesOf(after);
  return refusal === undefined;
}

/** Tells of a write without room, once per run and context. */
export function reportFull(machine: Machine, by: Speaking, refused: RefusedPatch): void {
  if (machine.fullContexts.includes(refused.context)) return;
  machine.fullContexts = [...machine.fullContexts, refused.context];
  const error = limitError(refused);
  nativeEvent(machine, by, 'runtime.contexts.failed', { payload: { ...error } });
  errorEvent(machine, by, error);
}

function changed(before: JsonObject, name: string, { path, op, value, restart }: Write): JsonObject {
  const after =
    op === 'delete'
      ? path.length === 0
        ? {}
        : removeAt(before, path)
      : changeAt(restart ? startList(before, path, 0) : before, path, { op, value });
  if (isObject(after)) return after;
  throw fail('InvalidInstructionError', 'Invalid set instruction', { variable: name, value: value ?? null });
}

/** Puts the context into the run. @returns its storage key, null when it is stored nowhere */
function keep(machine: Machine, scope: WorkScope, name: ContextName | 'config', value: JsonObject): string | null {
  if (name === 'config') {
    const { instance } = scope.program.linked;
    machine.config = { ...machine.config, [instance]: value };
    noteSecrets(machine, value, machine.programs.secretConfig?.[instance]);
    return instance;
  }
  const known = machine.contexts[name] ?? { owner: null, version: -1, value: {} };
  machine.contexts = { ...machine.contexts, [name]: { ...known, value } };
  return known.owner;
}

/** What storage is told: the same change, so that writes of other runs to other paths survive. */
function patchFor(
  context: ContextName | 'config',
  owner: string,
  { path, op, value, restart }: Write,
  after: JsonObject,
): Patch {
  if (op === 'delete')
    return path.length === 0 ? { context, owner, op: 'replace', path, value: {} } : { context, owner, op, path };
  const there = valueAt(after, path);
  if (restart) return { context, owner, op: 'replace', path, value: there ?? null };
  if (value !== undefined) return { context, owner, op, path, value };
  if (op === 'push') return { context, owner, op, path, value: null };
  return there === undefined
    ? { context, owner, op: 'delete', path }
    : { context, owner, op: 'replace', path, value: there };
}

function valueAt(root: Value, path: Path): Value {
  let at = root;
  for (const key of path)
    at = typeof at === 'object' && at !== null ? getOwn(at as JsonObject, String(key)) : undefined;
  return at;
}

function announce(machine: Machine, scope: WorkScope, { context, op, path, value }: Patch): void {
  const dotted = path.join('.');
  const fullPath = [context, ...path].join('.');
  const update = present({ type: op, path: dotted, fullPath, context, value });
  nativeEvent(machine, sourceIn(scope), 'runtime.contexts.updated', {
    payload: { updateId: machine.mint('update'), updates: [update] },
    options: { persist: false },
  });
}

/**
 * `set user.id` and `set session.id` change who the run acts for. The contexts and the role of the new identity must be
 * read first: the turn ends, and the run goes on when they have come.
 */
function switchesIdentity(machine: Machine, name: ContextName | 'config', { path, op, value }: Write): boolean {
  if ((name !== 'user' && name !== 'session') || path.length !== 1 || path[0] !== 'id') return false;
  if (op !== 'replace' || (typeof value !== 'string' && typeof value !== 'number') || value === '') return true;
  const id = String(value);
  const { identity } = machine;
  if (id === (name === 'user' ? identity.userId : identity.sessionId)) return true;
  const { email: _email, authData: _authData, role: _role, keyRules: _keyRules, ...rest } = identity;
  machine.identity = { ...rest, userId: id, sessionId: id };
  machine.roleUnknown = true;
  machine.views.clear();
  const owners = contextOwners(machine.identity, machine.run.correlationId);
  const unread = (owner: string | null) => ({ owner, version: -1, value: {} });
  machine.contexts = { ...machine.contexts, user: unread(owners.user), session: unread(owners.session) };
  machine.yieldTurn();
  return true;
}
