import type { Json } from '../../../shared/core/json';
import type { AnswerPart } from '../../../shared/core/run/types';
import { isLate } from './late';
import type { PartQueue } from './part-queue';

export type End = Extract<AnswerPart, { readonly end: unknown }>['end'];
type Opening = Exclude<AnswerPart, { readonly end: unknown } | { readonly head: unknown }>;

export interface StreamSettings {
  /** No sign of life comes more often, milliseconds (WEBHOOKS_SSE_KEEPALIVE). */
  readonly minimumKeepAliveMs: number;
}

interface StreamOptions extends StreamSettings {
  /** What is shown of the end; `{}` and nothing are not. */
  lastLine(end: End): Json | undefined;
  /** Called when the stream is over, for whichever reason. */
  finished(): void;
}

/** The pieces of an event stream: a line for each chunk, signs of life in between once they are asked for, the end. */
export async function* streamAnswer(
  first: Opening,
  parts: PartQueue,
  { minimumKeepAliveMs, lastLine, finished }: StreamOptions,
): AsyncGenerator<string> {
  const life = new SignsOfLife(minimumKeepAliveMs);
  try {
    let part: AnswerPart = first;
    for (;;) {
      if ('chunk' in part) yield dataLine(part.chunk);
      if ('keepAlive' in part) life.every(part.keepAlive);
      if ('end' in part) {
        const last = lastLine(part.end);
        if (last !== undefined && last !== null && !isEmpty(last)) yield dataLine(last);
        return;
      }
      const next = parts.next();
      // Nobody may be left to hear of it when the reader leaves.
      next.catch(() => undefined);
      for (let come = await life.until(next); come === undefined; come = await life.until(next)) yield KEEP_ALIVE;
      part = await next;
    }
  } catch (error) {
    // The client is gone: nothing is left to say.
    if (!isLate(error)) throw error;
  } finally {
    finished();
  }
}

const KEEP_ALIVE = 'data: {"keepAlive": true}\n\n';

class SignsOfLife {
  private everyMs: number | undefined;
  private dueAt = 0;

  constructor(private readonly minimumMs: number) {}

  every(wantedMs: number): void {
    this.everyMs = Math.min(Math.max(wantedMs, this.minimumMs), 2 ** 31 - 1);
    this.dueAt = performance.now() + this.everyMs;
  }

  /** @returns what comes, undefined when a sign of life is due before */
  async until<T>(coming: Promise<T>): Promise<T | undefined> {
    if (this.everyMs === undefined) return coming;
    let timer: NodeJS.Timeout | undefined;
    const due = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), Math.max(0, this.dueAt - performance.now()));
    });
    try {
      const come = await Promise.race([coming, due]);
      if (come === undefined) this.dueAt += this.everyMs;
      return come;
    } finally {
      clearTimeout(timer);
    }
  }
}

const dataLine = (value: Json): string => `data: ${JSON.stringify(value)}\n\n`;

/** An output of exactly `{}` says nothing after a stream. */
const isEmpty = (output: Json): boolean =>
  typeof output === 'object' && output !== null && !Array.isArray(output) && Object.keys(output).length === 0;
