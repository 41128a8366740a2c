import type { CallNote, FlushRequest } from '../run/flush';
import type { AnswerPart, Command, OutEvent, Patch, WaitChange } from '../run/types';

/** What a turn sends out, by kind. */
export interface Parts {
  readonly events: readonly OutEvent[];
  readonly calls: readonly CallNote[];
  readonly waits: readonly WaitChange[];
  readonly patches: readonly Patch[];
  readonly answer: readonly AnswerPart[];
  /** Calls whose streams nobody reads any more. */
  readonly closes: readonly string[];
}

/** Outside calls that a turn asks for. */
export const callsOf = (commands: readonly Command[]): CallNote[] =>
  commands.flatMap((c): CallNote[] => {
    if (c.kind === 'fetch') return [{ commandId: c.commandId, node: c.node, fetch: c.request }];
    if (c.kind === 'read') return [{ commandId: c.commandId, node: c.node, read: c.request }];
    return c.kind === 'topics' ? [{ commandId: c.commandId, node: c.node, topics: c.request }] : [];
  });

/** Streams that a turn lets go. */
export const closesOf = (commands: readonly Command[]): string[] =>
  commands.flatMap((c) => (c.kind === 'close' ? [c.stream] : []));

/** The commands of a turn as the lists of a flush. */
export const partsOf = (commands: readonly Command[]): Parts => ({
  events: commands.flatMap((c) => (c.kind === 'emit' ? [c.event] : [])),
  calls: callsOf(commands),
  waits: commands.flatMap((c) => (c.kind === 'wait' ? [c.change] : [])),
  patches: commands.flatMap((c) => (c.kind === 'patch' ? [c.patch] : [])),
  answer: commands.flatMap((c) => (c.kind === 'answer' ? [c.part] : [])),
  closes: closesOf(commands),
});

export const partsOfRequest = ({ events, calls, waits, patches, answer = [], closes = [] }: FlushRequest): Parts => ({
  events,
  calls,
  waits,
  patches,
  answer,
  closes,
});
