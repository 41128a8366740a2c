import { kindOf, type DocNode } from '../../automation/document-node';
import type { WaitOp } from '../../automation/program';
import type { Reporter } from '../../automation/reporter';
import { raise, raiseInvalid, type CompileInstruction } from '../compile-context';
import { checkEventName } from '../event-name';
import { fieldsOf } from '../fields';
import { waitedFields, waitFields } from './fields';

type OneOf = WaitOp['oneOf'][number];

/** `wait: {oneOf: [{event, filters?, cancelTriggers?}], timeout? (s), output?}`. */
export const compileWait: CompileInstruction = (payload, { name, reporter }) => {
  const fields = fieldsOf(payload, name, waitFields, reporter);
  if (fields === null) return raiseInvalid(name);
  const action = fields.get('action');
  if (action) {
    reporter.report('NOT_YET', action, 'Waiting for an action is not available yet');
    return raise('InvalidInstructionError', '`wait: {action}` is not available yet');
  }
  const oneOf = eventsOf(fields.get('oneOf'), payload, reporter);
  const timeout = fields.template('timeout');
  const output = fields.output();
  if (oneOf === null) return raiseInvalid(name);
  return { op: { op: 'wait', oneOf, ...(timeout && { timeout }), ...(output && { output }) } };
};

function eventsOf(node: DocNode | undefined, wait: DocNode, reporter: Reporter): readonly OneOf[] | null {
  if (node?.kind !== 'list' || node.items.length === 0) {
    const message =
      node && node.kind !== 'list'
        ? `\`oneOf\` must be a list, not ${kindOf(node)}`
        : '`wait` needs at least one event in `oneOf`';
    reporter.report('WAIT_EMPTY', node ?? wait, message, 'write `oneOf: [{event: name}]`');
    return null;
  }
  const events = node.items.map((item) => eventOf(item, reporter));
  return events.every((event) => event !== null) ? events : null;
}

function eventOf(node: DocNode, reporter: Reporter): OneOf | null {
  const fields = fieldsOf(node, 'oneOf', waitedFields, reporter);
  if (fields === null) return null;
  const event = fields.template('event');
  const filters = fields.template('filters');
  const cancelTriggers = fields.template('cancelTriggers');
  const name = fields.get('event');
  if (event === undefined || name === undefined) {
    reporter.report('FIELD_MISSING', name ?? node, 'Each item of `oneOf` needs an `event`');
    return null;
  }
  checkEventName(name, reporter);
  return { event, ...(filters && { filters }), ...(cancelTriggers && { cancelTriggers }) };
}
