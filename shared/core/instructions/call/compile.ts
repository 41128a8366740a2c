import { templateOf } from '../../automation/compile-value';
import { kindOf, type MapNode } from '../../automation/document-node';
import { raiseInvalid, type CompileInstruction } from '../compile-context';
import { fieldsOf, isTemplateText } from '../fields';

/** `<slug>: {arg: value, …, output?}`. `output` is the caller's: the called automation does not see it. */
export const compileCall: CompileInstruction = (payload, { name, reporter }) => {
  if (isTemplateText(payload))
    return { op: { op: 'call', automation: name, arguments: templateOf(payload, reporter) } };
  if (payload.kind !== 'map') {
    reporter.report(
      'CALL_ARGUMENTS',
      payload,
      `Arguments are a mapping, not ${kindOf(payload)}`,
      `write \`${name}: {}\` for none`,
    );
    return raiseInvalid(name);
  }
  const args: MapNode = { ...payload, entries: payload.entries.filter(({ key }) => key !== 'output') };
  const output = fieldsOf(payload, name, null, reporter)?.output();
  return { op: { op: 'call', automation: name, arguments: templateOf(args, reporter), ...(output && { output }) } };
};
