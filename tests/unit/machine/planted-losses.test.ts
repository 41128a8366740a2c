import type { State } from '../../../shared/core/run/types';
import { cutEverywhere, play, type Loss } from './cut-anywhere';

/** Losses that a broken snapshot would have. Each must be seen by the comparison that `cut-anywhere.test.ts` makes. */
const losses: { readonly [name: string]: Loss } = {
  'the position of a frame': (snapshot) => {
    const { state } = snapshot;
    const fibre = state.fibres.findIndex(({ park, frames }) => !park && frames.some(({ k }) => k === 'list'));
    if (fibre < 0) return undefined;
    const changed = state.fibres.map((f, i) =>
      i === fibre
        ? { ...f, frames: f.frames.map((frame) => (frame.k === 'list' ? { ...frame, at: null } : frame)) }
        : f,
    );
    return { ...snapshot, state: { ...state, fibres: changed } };
  },
  'the turn of a loop': (snapshot) => {
    const { state } = snapshot;
    if (!state.fibres.some(({ frames }) => frames.some((frame) => frame.k === 'repeat' && frame.index > 0)))
      return undefined;
    const fibres = state.fibres.map((f) => ({
      ...f,
      frames: f.frames.map((frame) => (frame.k === 'repeat' ? { ...frame, index: 0 } : frame)),
    }));
    return { ...snapshot, state: { ...state, fibres } };
  },
  'a fibre': (snapshot) => {
    const { state } = snapshot;
    const lost = state.fibres.find(({ joins }) => joins !== undefined);
    return lost && { ...snapshot, state: withoutFibre(state, lost.id) };
  },
  'an entry of the inbox': (snapshot) =>
    snapshot.inbox.length === 0 ? undefined : { ...snapshot, inbox: snapshot.inbox.slice(1) },
  'a local variable': (snapshot) => {
    const { state } = snapshot;
    const [id, scope] = Object.entries(state.scopes)[0] ?? [];
    if (id === undefined || scope === undefined) return undefined;
    return { ...snapshot, state: { ...state, scopes: { ...state.scopes, [id]: { ...scope, locals: {} } } } };
  },
  'what stands for the answer': (snapshot) => {
    const { state } = snapshot;
    const [id, scope] = Object.entries(state.scopes).find(([, { streams }]) => streams !== undefined) ?? [];
    if (id === undefined || scope === undefined) return undefined;
    return { ...snapshot, state: { ...state, scopes: { ...state.scopes, [id]: { ...scope, streams: [] } } } };
  },
  'the count of the parts of the answer': (snapshot) =>
    snapshot.state.parts === undefined ? undefined : { ...snapshot, state: { ...snapshot.state, parts: 0 } },
  'a stream that is read': ({ state, inbox }) => {
    const { streams, ...rest } = state;
    return streams && { inbox, state: rest };
  },
  'the place in a stream': (snapshot) => {
    const { state } = snapshot;
    const [id, stream] = Object.entries(state.streams ?? {})[0] ?? [];
    if (id === undefined || stream === undefined || stream.cursor.index === 0) return undefined;
    const cursor = { ...stream.cursor, index: 0 };
    return { ...snapshot, state: { ...state, streams: { ...state.streams, [id]: { ...stream, cursor } } } };
  },
  'the role of the user': (snapshot) => {
    const { state } = snapshot;
    const { role, ...identity } = state.identity;
    return role === undefined || state.fibres.length === 0 ? undefined : { ...snapshot, state: { ...state, identity } };
  },
  'that the role is to be asked for': (snapshot) => {
    const { roleUnknown, ...state } = snapshot.state;
    return roleUnknown && { ...snapshot, state };
  },
  'the count of minted ids': (snapshot) => {
    const { state } = snapshot;
    return state.open && state.open.ordinal > 0
      ? { ...snapshot, state: { ...state, open: { ...state.open, ordinal: 0 } } }
      : undefined;
  },
  'the state of the random numbers': (snapshot) =>
    snapshot.state.fibres.length === 0 ? undefined : { ...snapshot, state: { ...snapshot.state, random: 1 } },
};

function withoutFibre(state: State, id: number): State {
  return {
    ...state,
    fibres: state.fibres
      .filter((fibre) => fibre.id !== id)
      .map((fibre) => ({
        ...fibre,
        frames: fibre.frames.map((frame) =>
          frame.k === 'all' ? { ...frame, branches: frame.branches.filter((branch) => branch !== id) } : frame,
        ),
      })),
    ready: state.ready.filter((fibre) => fibre !== id),
  };
}

describe('a snapshot that loses something', () => {
  it.each(Object.entries(losses))('%s: the run is another one', (_name, lose) => {
    let seen = 0;
    for (let i = 0; i < 100 && seen < 4; i++) if (isSeen(4711 + i, lose)) seen++;
    expect(seen).toBe(4);
  });

  it('a snapshot that loses nothing: the run is the same', () => {
    expect(Array.from({ length: 40 }, (_, i) => isSeen(4711 + i, () => undefined))).not.toContain(true);
  });
});

/** The runs that lose nothing, by their seeds. */
const wholes = new Map<number, string>();

/** Does losing it once change what can be seen of the run, or break the machine? */
function isSeen(seed: number, lose: Loss): boolean {
  const whole = wholes.get(seed) ?? JSON.stringify(play(seed));
  wholes.set(seed, whole);
  try {
    return JSON.stringify(play(seed, cutEverywhere(lose))) !== whole;
  } catch {
    return true;
  }
}
