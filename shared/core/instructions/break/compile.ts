import { isNull } from '../../automation/document-node';
import type { CompileInstruction } from '../compile-context';
import { breakFields } from './fields';
import { fieldsOf } from '../fields';

/** `break: {scope?}`, and even `break:` with nothing. */
export const compileBreak: CompileInstruction = (payload, { name, reporter }) => {
  const scope = isNull(payload) ? undefined : fieldsOf(payload, name, breakFields, reporter)?.template('scope');
  return { op: { op: 'break', ...(scope && { scope }) } };
};
