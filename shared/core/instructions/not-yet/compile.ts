import { spanOf } from '../../automation/document-node';
import { raise, type CompileInstruction } from '../compile-context';

/** An instruction of the language that this version cannot carry out. */
export const compileNotYet: CompileInstruction = (payload, { name, reporter }) => {
  const where = { ...payload, ...(payload.keySpan ?? spanOf(payload)) };
  reporter.report('NOT_YET', where, `\`${name}\` is not available yet`);
  return raise('InvalidInstructionError', `\`${name}\` is not available yet`);
};
