import type { Machine } from './machine';
import type { StreamId } from './types';

/** The connection of a stream that nobody reads any more can go. Closing it again does nothing. */
export function closeStream(machine: Machine, id: StreamId | undefined): void {
  const stream = id === undefined ? undefined : machine.streams[id];
  if (id === undefined || stream === undefined) return;
  const { [id]: _closed, ...others } = machine.streams;
  machine.streams = others;
  machine.command({ kind: 'close', stream: stream.request.idempotencyKey });
}

export const closeStreams = (machine: Machine): void =>
  Object.keys(machine.streams).forEach((id) => closeStream(machine, id));
