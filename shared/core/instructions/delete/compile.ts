import { jsonOf, pathTemplateOf } from '../../automation/compile-value';
import { isText, kindOf } from '../../automation/document-node';
import { raiseInvalid, type CompileInstruction } from '../compile-context';
import { fieldsOf } from '../fields';
import { deleteFields } from './fields';

/** `delete: {name}`. */
export const compileDelete: CompileInstruction = (payload, { name, reporter }) => {
  const fields = fieldsOf(payload, name, deleteFields, reporter);
  if (fields === null) return raiseInvalid(name);
  const target = fields.get('name');
  const path = target && isText(target) ? pathTemplateOf(target, reporter) : undefined;
  if (path && path.t !== 'raise') return { op: { op: 'delete', name: path } };
  if (target === undefined) reporter.report('FIELD_MISSING', payload, '`delete` needs a `name`');
  else if (path === undefined) reporter.report('FIELD_TYPE', target, `\`name\` must be a text, not ${kindOf(target)}`);
  return raiseInvalid(name, { variable: jsonOf(target) });
};
