import { isNull } from '../../automation/document-node';
import type { CompileInstruction } from '../compile-context';
import { fieldsOf } from '../fields';

/** `break: {scope?}`, and even `break:` with nothing. */
export const compileBreak: CompileInstruction = (payload, { name, reporter }) => {
  const scope = isNull(payload)
    ? undefined
    : fieldsOf(payload, name, ['scope'], reporter)?.choice('scope', ['automation', 'all']);
  return { op: { op: 'break', ...(scope && { scope }) } };
};
