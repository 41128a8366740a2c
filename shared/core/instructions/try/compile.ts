import { raiseInvalid, type CompileInstruction } from '../compile-context';
import { fieldsOf } from '../fields';
import { tryFields } from './fields';

/** `try: {do, catch?, output?}`. */
export const compileTry: CompileInstruction = (payload, { name, reporter, list }) => {
  const fields = fieldsOf(payload, name, tryFields, reporter);
  if (fields === null) return raiseInvalid('try');
  if (fields.get('do') === undefined) {
    reporter.report('FIELD_MISSING', payload, '`try` needs `do`');
    return raiseInvalid('try');
  }
  const body = list(fields.get('do'));
  const output = fields.output() ?? { t: 'at', p: ['error'] };
  return { op: { op: 'try', output }, lists: [body, list(fields.get('catch'))] };
};
