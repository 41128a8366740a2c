import type { FlushAnswer, FlushRequest, SealAnswer, SealRequest, TraceRecord } from '../core/run/flush';
import type { AnswerPart, Contexts, RunKey } from '../core/run/types';

/**
 * What runs commit: seals and flushes. One flush is one operation: trace, waits, events (unknown ids only), patches,
 * in this order, all or nothing where the driver can (embedded), else each step idempotent behind the trace record.
 * First write wins: a repetition, however late and from whichever process, gets back what is stored.
 */
export interface FlushStore {
  /** @throws StorageUnavailable (retryable) */
  seal(request: SealRequest): Promise<SealAnswer>;
  /** Durable before it returns. @throws StorageUnavailable (retryable) */
  apply(request: FlushRequest): Promise<FlushAnswer>;
  /** Contexts of a start without a starter: stored under the run on first call, so that a repetition gets the same. */
  readContextsOnce(run: RunKey, workspaceId: string, owners: { readonly [name: string]: string }): Promise<Contexts>;
}

/** Traces of runs, one record a flush, in order. */
export interface TraceStore {
  read(run: RunKey, fromFlush?: number): Promise<readonly TraceRecord[]>;
  /** As it may be shown: without secrets. */
  readShown(run: RunKey): Promise<readonly TraceRecord[]>;
  list(filter: { readonly workspaceId?: string; readonly limit?: number }): Promise<readonly RunKey[]>;
  /** The answer parts stored by a run, in order; [] when it has not answered. */
  answer(run: RunKey): Promise<readonly AnswerPart[]>;
}
