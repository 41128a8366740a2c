import { shortHash } from '../hash';
import type { Frame, State } from './types';

/**
 * Hash of where a run stands: fibres, frames, instructions, what is waited for; no values. Two states with one skeleton
 * go on at the same places. Cheap enough for every flush.
 */
export function skeletonHash(state: State): string {
  const bones = state.fibres.map((fibre) => [
    fibre.id,
    fibre.joins ?? null,
    fibre.detached ?? false,
    state.scopes[fibre.scope]?.program ?? null,
    fibre.park ? [fibre.park.kind, 'node' in fibre.park ? fibre.park.node : null] : null,
    fibre.frames.map((frame) => boneOf(frame, state)),
  ]);
  return `s:${shortHash(JSON.stringify([bones, state.ready]))}`;
}

function boneOf(frame: Frame, state: State): readonly (string | number | null)[] {
  switch (frame.k) {
    case 'call':
      return ['call', state.scopes[frame.scope]?.program ?? null, frame.node, frame.stage];
    case 'list':
      return ['list', frame.owner, frame.list, frame.at];
    case 'repeat':
      return ['repeat', frame.node];
    case 'try':
      return ['try', frame.node, frame.stage];
    case 'all':
      return ['all', frame.node, frame.branches.length];
  }
}
