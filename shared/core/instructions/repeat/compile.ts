import { raiseInvalid, type CompileInstruction } from '../compile-context';
import { fieldsOf } from '../fields';
import { repeatFields } from './fields';

/** `repeat: {on?, until?, do}`; at least one of `on` and `until`. */
export const compileRepeat: CompileInstruction = (payload, { name, reporter, list }) => {
  const fields = fieldsOf(payload, name, repeatFields, reporter);
  if (fields === null) return raiseInvalid(name);
  const on = fields.template('on');
  const until = fields.template('until');
  if (on?.t === 'lit' && typeof on.v === 'number')
    reporter.report(
      'FIELD_TYPE',
      fields.get('on') ?? payload,
      'A number has no items, so nothing is repeated',
      'use `until` for a count',
    );
  if (on === undefined && until === undefined)
    reporter.report(
      'REPEAT_EMPTY',
      payload,
      '`repeat` needs `on` or `until`',
      '`on` takes a list, `until` a number of turns',
    );
  if (fields.get('do') === undefined) reporter.report('FIELD_MISSING', payload, '`repeat` needs `do`');
  return { op: { op: 'repeat', ...(on && { on }), ...(until && { until }) }, lists: [list(fields.get('do'))] };
};
