import { Context } from '@temporalio/activity';

const HEARTBEAT_MS = 5_000;

/** Tells the engine meanwhile that this worker lives, and so learns of a cancellation. */
export async function withHeartbeat<T>(work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  const heart = setInterval(() => context.heartbeat(), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(heart);
  }
}
