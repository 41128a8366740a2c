import { isObject, type Json } from '../../shared/core/json';
import type { CheckedObject } from './checked-object';
import type { RequestStep, StubAnswer } from './expectations';

/** What the stub server answers. */
export function readStubAnswer(answer: CheckedObject): StubAnswer {
  return answer.done({
    method: answer.text('method', 'GET').toUpperCase(),
    path: answer.text('path'),
    status: answer.number('status', 200),
    headers: answer.texts('headers'),
    body: answer.any('body'),
    base64: answer.optionalText('base64'),
    packets: answer.has('packets') ? answer.items('packets').map((item) => readPacket(item, answer)) : undefined,
    end: readEnd(answer),
  });
}

function readPacket(packet: Json, answer: CheckedObject): NonNullable<StubAnswer['packets']>[number] {
  if (typeof packet === 'string' || typeof packet === 'number') return packet;
  const base64 = isObject(packet) ? packet['base64'] : undefined;
  return typeof base64 === 'string'
    ? { base64 }
    : answer.fail('packets: expected texts, {base64: text} and numbers (milliseconds)');
}

function readEnd(answer: CheckedObject): StubAnswer['end'] {
  const end = answer.text('end', 'close');
  return end === 'close' || end === 'reset' || end === 'hang' ? end : answer.fail('end: expected close, reset or hang');
}

/** What the stub server was asked. */
export function readRequest(step: CheckedObject): RequestStep {
  const [method, path, ...rest] = step.text('request').split(' ');
  if (!method || !path?.startsWith('/') || rest.length > 0) step.fail('request: expected such as "GET /path"');
  return {
    kind: 'request',
    method: method.toUpperCase(),
    path,
    query: step.has('query') ? step.object('query') : undefined,
    headers: step.texts('headers'),
    absent: step.textList('absent'),
    same: step.textList('same'),
    body: step.any('body'),
    count: step.number('count', 1),
    hungUp: step.any('hungUp') === true,
  };
}
