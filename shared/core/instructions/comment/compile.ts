import type { CompileInstruction } from '../compile-context';

/** Text for readers; its wording is no meaning, so it is not kept. */
export const compileComment: CompileInstruction = () => ({ op: { op: 'comment' } });
