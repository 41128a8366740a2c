import type { Json } from '../../shared/core/json';
import type { ExpectedAnswer } from './expectations';
import { complaints } from './look';
import type { Answer } from './workspace-client';

/** @throws jest's error, with status and body in it whatever differs */
export function expectAnswer(answer: Answer, wanted: ExpectedAnswer): void {
  const { status = answer.status < 300 ? answer.status : 200, headers, withoutHeaders, body = answer.body } = wanted;
  const shown = Object.fromEntries(Object.keys(headers).map((name) => [name, answer.headers[name]]));
  expect({ status: answer.status, headers: shown, body: answer.body }).toEqual({ status, headers, body });
  expect(withoutHeaders.filter((name) => name in answer.headers)).toEqual([]);
  if (wanted.contains !== undefined) expect({ body: answer.body }).toMatchObject({ body: wanted.contains });
  if (wanted.messages !== undefined) expect(messagesOf(answer.body)).toEqual(wanted.messages);
  expect(complaints(answer.body, wanted)).toEqual([]);
}

/** The messages of a stream; each is JSON in a `data:` line. */
function messagesOf(body: Json): readonly Json[] {
  return String(body)
    .split('\n\n')
    .filter((message) => message !== '')
    .map((message) => JSON.parse(message.replace(/^data: /, '')) as Json);
}
