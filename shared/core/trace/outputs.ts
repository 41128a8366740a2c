import { canonicalJson } from '../canonical-json';
import { sha256Hex } from '../hash';
import type { Json } from '../json';
import type { TraceRecord } from '../run/flush';
import { skeletonHash } from '../run/skeleton';
import type { Advanced, Command } from '../run/types';

/** What a trace record says of the outcome of a turn: the parts that replaying it must give again. */
export type Outputs = Omit<TraceRecord['out'], 'answer'> &
  Pick<TraceRecord, 'skeleton' | 'steps' | 'hits' | 'ended'> & {
    readonly answer?: { readonly status: number; readonly bodyHash: string };
  };

const hash = (value: Json | undefined): string => `h:${sha256Hex(canonicalJson(value))}`;

/** As the machine gives them. */
export function outputsOf({ state, commands, steps, hits, outcome }: Advanced): Outputs {
  const answer = answerOf(commands);
  return {
    events: commands.flatMap((c) => (c.kind === 'emit' ? [[c.event.id, c.event.type, hash(c.event.payload)]] : [])),
    calls: commands.flatMap((c) =>
      c.kind === 'fetch' ? [[c.commandId, c.node, hash(c.request as unknown as Json)]] : [],
    ),
    waits: commands.flatMap((c): Outputs['waits'] => {
      if (c.kind !== 'wait') return [];
      return 'open' in c.change ? [[c.change.open.id, 'open']] : [[c.change.close, 'close']];
    }),
    patches: commands.flatMap((c) => {
      if (c.kind !== 'patch') return [];
      const { context, owner, op, path, value } = c.patch;
      return [[`${context}:${owner}`, op, path.join('.'), hash(value)]];
    }),
    ...(answer && { answer }),
    skeleton: skeletonHash(state),
    steps,
    hits,
    ...(outcome && {
      ended: outcome.kind === 'failed' ? { kind: 'failed', error: outcome.error } : { kind: outcome.kind },
    }),
  };
}

/** As they stand in the trace. */
export function recordedOutputs({ out: { answer, ...out }, skeleton, steps, hits, ended }: TraceRecord): Outputs {
  return {
    ...out,
    ...(answer && { answer: { status: answer.status, bodyHash: answer.bodyHash } }),
    skeleton,
    steps,
    hits,
    ...(ended && { ended }),
  };
}

/** Only the end of an answer says what the caller got. */
function answerOf(commands: readonly Command[]): Outputs['answer'] {
  for (const command of commands)
    if (command.kind === 'answer' && 'end' in command.part) {
      const { status, output, error } = command.part.end;
      return { status, bodyHash: hash(output ?? (error as unknown as Json)) };
    }
  return undefined;
}
