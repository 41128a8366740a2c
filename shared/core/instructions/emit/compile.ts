import { templateOf } from '../../automation/compile-value';
import { isNull, kindOf } from '../../automation/document-node';
import { raiseInvalid, type CompileInstruction } from '../compile-context';
import { checkEventName } from '../event-name';
import { fieldsOf, isTemplateText } from '../fields';
import { emitFields } from './fields';

/** `emit: {event, payload?, target?, options?, output?}`. A payload that is no object is for the run to refuse. */
export const compileEmit: CompileInstruction = (payload, { name, reporter, emits }) => {
  const fields = fieldsOf(payload, name, emitFields, reporter);
  if (fields === null) return raiseInvalid(name);
  const eventNode = fields.get('event');
  const event = fields.template('event');
  if (eventNode === undefined || event === undefined) {
    reporter.report('FIELD_MISSING', eventNode ?? payload, '`emit` needs an `event`');
    return raiseInvalid(name);
  }
  const known = checkEventName(eventNode, reporter);
  // An author's hint: the event is no offer to others.
  const hint = fields.get('private');
  if (known !== undefined && !(hint?.kind === 'scalar' && hint.value === true)) emits(known);
  const body = fields.get('payload');
  if (body && body.kind !== 'map' && !isNull(body) && !isTemplateText(body))
    reporter.report(
      'EMIT_PAYLOAD',
      body,
      `An event's payload must be a mapping, not ${kindOf(body)}`,
      'put the value under a key',
    );
  const [content, target, options] = [
    body && !isNull(body) ? templateOf(body, reporter) : undefined,
    fields.template('target'),
    fields.template('options'),
  ];
  const output = fields.output();
  return {
    op: {
      op: 'emit',
      event,
      ...(content && { payload: content }),
      ...(target && { target }),
      ...(options && { options }),
      ...(output && { output }),
    },
  };
};
