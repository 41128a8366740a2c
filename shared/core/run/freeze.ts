/** State <-> the machine's working copy of it. */
import type { ProgramSet } from '../automation/program';
import { loadProgram, nodeOf, type LoadedProgram } from './load-programs';
import type { Fibre, Frame, Scope, ScopeId, State } from './types';
import { makeScope, type WorkFibre, type WorkFrame, type WorkScope } from './work';

export type Scopes = Map<ScopeId, WorkScope>;

export function thawScopes(programs: ProgramSet, state: State): Scopes {
  const scopes: Scopes = new Map();
  for (const [id, { locals, streams, ...facts }] of Object.entries(state.scopes)) {
    scopes.set(id, makeScope(id, programOf(programs, facts), facts, { locals, streams }));
  }
  return scopes;
}

function programOf(programs: ProgramSet, facts: Pick<Scope, 'automation' | 'program'>): LoadedProgram {
  const program = loadProgram(programs, facts.automation);
  if (program === undefined || program.linked.digest !== facts.program) {
    throw new Error(`cannot happen: the run's programs lack ${facts.automation} (${facts.program})`);
  }
  return program;
}

export function thawFibre(fibre: Fibre, scopes: Scopes): WorkFibre {
  const base = scopeOf(scopes, fibre.scope);
  let scope = base;
  const frames: WorkFrame[] = [];
  for (const frame of fibre.frames) {
    if (frame.k === 'call') scope = scopeOf(scopes, frame.scope);
    frames.push(thawFrame(frame, scope));
  }
  const { id, park, joins, detached } = fibre;
  return { id, frames, base, scope, park, joins, detached: detached === true, ended: false };
}

function thawFrame(frame: Frame, scope: WorkScope): WorkFrame {
  switch (frame.k) {
    case 'call':
      return { k: 'call', scope, node: frame.node, stage: frame.stage };
    case 'list':
      return { ...frame, at: frame.at === null ? null : nodeOf(scope.program, frame.at) };
    case 'repeat':
    case 'try':
    case 'all':
      return { ...frame, node: nodeOf(scope.program, frame.node) };
  }
}

export function freezeFibre(fibre: WorkFibre): Fibre {
  const { id, base, park, joins, detached } = fibre;
  return {
    id,
    scope: base.id,
    frames: fibre.frames.map(freezeFrame),
    ...(park && { park }),
    ...(joins !== undefined && { joins }),
    ...(detached && { detached }),
  };
}

function freezeFrame(frame: WorkFrame): Frame {
  switch (frame.k) {
    case 'call':
      if (frame.broken) throw new Error('cannot happen: a turn ended inside a break');
      return { k: 'call', scope: frame.scope.id, node: frame.node, stage: frame.stage };
    case 'list':
      return { ...frame, at: frame.at?.id ?? null };
    case 'repeat':
    case 'try':
    case 'all':
      return { ...frame, node: frame.node.id };
  }
}

/** Only the scopes that a fibre can still come to. */
export function freezeScopes(fibres: Iterable<WorkFibre>): { [id: ScopeId]: Scope } {
  const frozen: { [id: ScopeId]: Scope } = {};
  const keep = ({ id, facts, locals, streams }: WorkScope): void => {
    frozen[id] ??= { ...facts, locals, ...(streams.size > 0 && { streams: [...streams] }) };
  };
  for (const fibre of fibres) {
    keep(fibre.base);
    for (const frame of fibre.frames) if (frame.k === 'call') keep(frame.scope);
  }
  return frozen;
}

function scopeOf(scopes: Scopes, id: ScopeId): WorkScope {
  const scope = scopes.get(id);
  if (scope === undefined) throw new Error(`cannot happen: no scope ${id}`);
  return scope;
}
