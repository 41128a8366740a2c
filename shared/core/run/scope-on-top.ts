import type { WorkFibre, WorkScope } from './work';

/** The execution that the fibre is in. */
export function scopeOnTop(fibre: WorkFibre): WorkScope {
  for (let i = fibre.frames.length - 1; i >= 0; i--) {
    const frame = fibre.frames[i];
    if (frame?.k === 'call') return frame.scope;
  }
  return fibre.base;
}
