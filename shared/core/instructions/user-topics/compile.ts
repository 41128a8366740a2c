import type { DocNode } from '../../automation/document-node';
import type { Template } from '../../expression/template';
import { raiseInvalid, type CompileContext, type CompileInstruction } from '../compile-context';
import { fieldsOf, type Fields } from '../fields';
import { createUserTopicFields, joinUserTopicFields } from './fields';

/** `createUserTopic: {topic, userIds?, output?}`. */
export const compileCreateUserTopic: CompileInstruction = (payload, { name, reporter }) => {
  const fields = fieldsOf(payload, name, createUserTopicFields, reporter);
  if (fields === null) return raiseInvalid(name);
  const topic = topicOf(fields, payload, { name, reporter });
  const userIds = fields.template('userIds');
  const output = fields.output();
  return { op: { op: 'createUserTopic', topic, ...(userIds && { userIds }), ...(output && { output }) } };
};

/** `joinUserTopic: {topic, userIds?, create?, output?}`. */
export const compileJoinUserTopic: CompileInstruction = (payload, { name, reporter }) => {
  const fields = fieldsOf(payload, name, joinUserTopicFields, reporter);
  if (fields === null) return raiseInvalid(name);
  const topic = topicOf(fields, payload, { name, reporter });
  const [userIds, create] = [fields.template('userIds'), fields.template('create')];
  const output = fields.output();
  return {
    op: {
      op: 'joinUserTopic',
      topic,
      ...(userIds && { userIds }),
      ...(create && { create }),
      ...(output && { output }),
    },
  };
};

/** A missing one is for the run to refuse, as it would a template that gives nothing. */
function topicOf(fields: Fields, payload: DocNode, at: Pick<CompileContext, 'name' | 'reporter'>): Template {
  const topic = fields.template('topic');
  if (topic === undefined)
    at.reporter.report('FIELD_MISSING', fields.get('topic') ?? payload, `\`${at.name}\` needs a \`topic\``);
  return topic ?? { t: 'lit', v: '' };
}
