import type { CallNote, FlushRequest } from '../run/flush';
import type { AnswerPart, Command, OutEvent, Patch, WaitChange } from '../run/types';

/** What a turn sends out, by kind. */
export interface Parts {
  readonly events: readonly OutEvent[];
  readonly calls: readonly CallNote[];
  readonly waits: readonly WaitChange[];
  readonly patches: readonly Patch[];
  readonly answer: readonly AnswerPart[];
}

/** The commands of a turn as the lists of a flush. */
export const partsOf = (commands: readonly Command[]): Parts => ({
  events: commands.flatMap((c) => (c.kind === 'emit' ? [c.event] : [])),
  calls: commands.flatMap((c) =>
    c.kind === 'fetch' ? [{ commandId: c.commandId, node: c.node, fetch: c.request }] : [],
  ),
  waits: commands.flatMap((c) => (c.kind === 'wait' ? [c.change] : [])),
  patches: commands.flatMap((c) => (c.kind === 'patch' ? [c.patch] : [])),
  answer: commands.flatMap((c) => (c.kind === 'answer' ? [c.part] : [])),
});

export const partsOfRequest = ({ events, calls, waits, patches, answer = [] }: FlushRequest): Parts => ({
  events,
  calls,
  waits,
  patches,
  answer,
});
