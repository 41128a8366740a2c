import { Context } from '@temporalio/activity';
import type { CallActivities } from '../../shared/contracts/engine';
import type { StreamReading } from '../../shared/core/run/types';
import { withHeartbeat } from './with-heartbeat';
import type { StreamSessions } from './stream-sessions';

/** Gives the run what has come of a stream since it last asked, and waits when nothing has. */
export const createReadStream = (sessions: StreamSessions): CallActivities['readStream'] =>
  async function readStream({ stream, cursor }: StreamReading) {
    const session = sessions.get(stream);
    if (!session) return { chunks: [], lost: true };
    const ignored = session.ignoredLines;
    const { cancellationSignal, log } = Context.current();
    const batch = await withHeartbeat(() => session.read(cursor, cancellationSignal));
    sessions.get(stream); // A long wait is no idleness.
    if (session.ignoredLines > ignored)
      log.warn(`${session.ignoredLines - ignored} lines of a stream are no Server-Sent Events, and were left out`);
    return batch;
  };
