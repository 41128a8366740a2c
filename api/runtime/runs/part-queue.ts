import type { AnswerPart } from '../../../shared/core/run/types';

/** Parts of one answer, in order, for one reader. */
export interface PartQueue {
  /** One whose index is not above those before it has been here already. */
  push(part: AnswerPart): void;
  /** The reader gets this instead of a further part. The first failure stays. */
  fail(error: unknown): void;
  next(): Promise<AnswerPart>;
}

export function createPartQueue(): PartQueue {
  const parts: AnswerPart[] = [];
  let last = -1;
  let failure: { readonly error: unknown } | undefined;
  let reader: { resolve(part: AnswerPart): void; reject(error: unknown): void } | undefined;
  return {
    push(part) {
      if (part.index !== undefined && part.index <= last) return;
      last = part.index ?? last;
      if (!reader) return void parts.push(part);
      reader.resolve(part);
      reader = undefined;
    },
    fail(error) {
      failure ??= { error };
      reader?.reject(failure.error);
      reader = undefined;
    },
    next() {
      const part = parts.shift();
      if (part) return Promise.resolve(part);
      if (failure) return Promise.reject(failure.error);
      return new Promise((resolve, reject) => {
        reader = { resolve, reject };
      });
    },
  };
}
