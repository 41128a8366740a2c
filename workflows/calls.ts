import { ActivityFailure, rootCause } from '@temporalio/workflow';
import type { CallResult, ChunkBatch, Command, FetchRequest } from '../shared/core/run/types';
import { knownSecrets, redact } from '../shared/core/secrets/redact';
import { calls } from './activities';

type Reading = Extract<Command, { kind: 'read' }>;

/** Asks for pieces of streams; what comes is handed to `came`. */
export function issueReadings(readings: readonly Reading[], came: (batch: ChunkBatch) => void): void {
  for (const { commandId, request } of readings) {
    const { index } = request.cursor;
    const read = calls.readStream.executeWithOptions(
      { activityId: commandId, summary: `stream ${request.stream} from ${index}` },
      [request],
    );
    read.then(
      (batch) => came({ commandId, index, ...batch }),
      (error: unknown) => came({ commandId, index, chunks: [], end: true, error: failureOf(error) }),
    );
  }
}

/**
 * Makes the outside calls that a turn asked for; each answer is handed to `answered` when it comes.
 * @param hidden secrets that operators must not read
 */
export function issueCalls(
  commands: readonly Command[],
  hidden: readonly string[],
  answered: (result: CallResult) => void,
): void {
  for (const command of commands) {
    if (command.kind !== 'fetch' && command.kind !== 'topics') continue;
    const { commandId } = command;
    call(command, (text) => hideInUrl(text, hidden)).then(
      (result) => answered({ commandId, ...result }),
      (error: unknown) => answered({ commandId, outcome: { err: failureOf(error) }, attempts: 1, ms: 0 }),
    );
  }
}

type Call = Extract<Command, { kind: 'fetch' | 'topics' }>;

function call(
  { kind, commandId: activityId, request }: Call,
  hide: (text: string) => string,
): Promise<Omit<CallResult, 'commandId'>> {
  if (kind === 'topics') {
    const summary = hide(`${request.kind} user topic ${request.topic}`).slice(0, 200);
    return calls.topics.executeWithOptions({ activityId, summary }, [request]);
  }
  return calls.fetch.executeWithOptions({ activityId, summary: hide(summaryOf(request)).slice(0, 200) }, [request]);
}

/** A secret may stand in a path as it is, or percent-encoded. */
const hideInUrl = (text: string, secrets: readonly string[]): string =>
  redact(text, knownSecrets(secrets.flatMap((secret) => [secret, encoded(secret)])));

function encoded(secret: string): string {
  try {
    return encodeURIComponent(secret);
  } catch {
    return secret; // Half a surrogate pair has no encoded form.
  }
}

const summaryOf = ({ method, url }: FetchRequest): string => `${method} ${url.split('?')[0] ?? ''}`;

/** The activity itself failed: no answer, and none to be had. An answer with a bad status is no failure. */
function failureOf(error: unknown): { error: string; message: string; details: object & Record<string, never> } {
  const message = rootCause(error) ?? (error instanceof ActivityFailure ? error.message : String(error));
  return { error: 'FetchError', message, details: {} };
}
