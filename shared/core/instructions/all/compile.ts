import { kindOf } from '../../automation/document-node';
import { raiseInvalid, type CompileInstruction } from '../compile-context';

/** `all: [instruction, …]`: each is a branch of its own. */
export const compileAll: CompileInstruction = (payload, { name, reporter, list }) => {
  if (payload.kind !== 'list') {
    reporter.report('INSTRUCTION_SHAPE', payload, `\`all\` takes a list of instructions, not ${kindOf(payload)}`);
    return raiseInvalid(name);
  }
  return { op: { op: 'all' }, lists: [list(payload)] };
};
