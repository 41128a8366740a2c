/**
 * User topics. The workspace's topics stand in a store, which a turn never reads: both instructions ask outside, park,
 * and tell of what was done when the answer comes.
 */
import type { CreateUserTopicOp, JoinUserTopicOp } from '../../automation/program';
import { asFailure } from '../../run/failures';
import { fail } from '../../errors/errors';
import { isObject, type Json, type Value } from '../../json';
import type { Answer, Execution, Executor, Flow } from '../../run/execution';
import type { Template } from '../../expression/template';
import type { TopicRequest } from '../../run/types';

/** Registers a topic. One that is there already is left alone. The result is true either way. */
export const executeCreateUserTopic: Executor<CreateUserTopicOp> = {
  enter(op, here) {
    const userIds = textsOf(here.renderJson(op.userIds));
    return ask(here, { kind: 'create', topic: topicOf(here, op.topic), userIds });
  },
  resume(op, here, answer, park) {
    if (park.kind !== 'topics' || !('result' in answer)) return;
    announceCreated(here, park.request, answer);
    here.output(op.output, true);
  },
};

/** Users become members of a topic, which is made first when there is none. The result is true. */
export const executeJoinUserTopic: Executor<JoinUserTopicOp> = {
  enter(op, here) {
    const topic = topicOf(here, op.topic);
    const given = textsOf(here.renderJson(op.userIds));
    const userIds = given.length > 0 || here.userId === undefined ? given : [here.userId];
    if (userIds.length === 0) throw fail('PrismeError', `Cannot join topic ${topic} without a user`, { topic });
    return ask(here, { kind: 'join', topic, userIds, create: here.render(op.create) !== false });
  },
  resume(op, here, answer, park) {
    if (park.kind !== 'topics' || !('result' in answer)) return;
    const { request } = park;
    announceCreated(here, request, answer);
    for (const id of request.userIds) here.native('events.userTopics.joined', { topic: request.topic, user: { id } });
    here.output(op.output, true);
  },
};

type Asked = Pick<TopicRequest, 'kind' | 'topic' | 'userIds' | 'create'>;

function ask(here: Execution, asked: Asked): Flow {
  const id = here.mint('command');
  const request = { ...asked, workspaceId: here.run.workspaceId, idempotencyKey: id };
  const park = { kind: 'topics', id, node: here.nodeId, request, since: here.now } as const;
  here.topics(park);
  return here.park(park);
}

/** @throws the error that the answer holds */
function announceCreated(here: Execution, { topic, userIds }: TopicRequest, answer: Answer): void {
  if (!('result' in answer)) return;
  const { outcome } = answer.result;
  if ('err' in outcome) throw asFailure(outcome.err);
  if (isObject(outcome.ok) && outcome.ok['created'] === true)
    here.native('events.userTopics.created', { topic, userIds });
}

function topicOf(here: Execution, template: Template): string {
  const [topic = ''] = textsOf(here.renderJson(template));
  if (topic === '') throw fail('PrismeError', 'Missing user topic', {});
  return topic;
}

/** One or several, without blanks and repetitions; whatever is no text or number is left out. */
function textsOf(value: Value): string[] {
  const texts = (Array.isArray(value) ? value : [value])
    .map((one: Json | undefined) => (typeof one === 'string' || typeof one === 'number' ? String(one).trim() : ''))
    .filter((text) => text !== '');
  return [...new Set(texts)];
}
