import { jsonOf, pathTemplateOf } from '../../automation/compile-value';
import { isText, kindOf } from '../../automation/document-node';
import { raiseInvalid, type CompileInstruction } from '../compile-context';
import { fieldsOf } from '../fields';
import { SET_MODES, setFields } from './fields';

/** `set: {name, value, type}`; `interface` is for editors, `lifespan` is accepted from older documents. */
export const compileSet: CompileInstruction = (payload, { name, reporter }) => {
  const fields = fieldsOf(payload, name, setFields, reporter);
  if (fields === null) return raiseInvalid(name);
  const lifespan = fields.get('lifespan');
  if (lifespan)
    reporter.report(
      'SET_LIFESPAN_IGNORED',
      lifespan,
      '`lifespan` has no effect',
      'remove it; see the lifetimes of contexts',
    );
  const mode = fields.template('type');
  const target = fields.get('name');
  const value = fields.get('value');
  const valueTemplate = value && fields.template('value');
  const path = target && isText(target) ? pathTemplateOf(target, reporter) : undefined;
  if (path === undefined || path.t === 'raise') {
    if (target === undefined) reporter.report('FIELD_MISSING', payload, '`set` needs a `name`');
    else if (path === undefined)
      reporter.report('FIELD_TYPE', target, `\`name\` must be a text, not ${kindOf(target)}`);
    return raiseInvalid(name, { variable: jsonOf(target), value: jsonOf(value) });
  }
  return {
    op: {
      op: 'set',
      name: path,
      ...(value && { value: valueTemplate ?? { t: 'lit', v: null } }),
      mode: SET_MODES.find((known) => mode?.t === 'lit' && mode.v === known) ?? 'replace',
    },
  };
};
