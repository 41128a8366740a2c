/** The table `tests/errors/answers.yaml`: one answer for every error. */
import { toErrorReply } from '../../api/http/error-reply';
import { errors, fail, type ErrorCode } from '../../shared/core/errors/errors';
import { answerCases } from '../support/reference/error-sections';

it.each(answerCases())('$error', ({ error, message, details, answer }) => {
  const { unexpected: _, ...reply } = toErrorReply(fail(error as ErrorCode, message, details), 'c0ffee');
  expect(reply).toEqual(answer);
});

it('every error has an answer', () => {
  const answered = answerCases().map(({ error }) => error);
  expect(answered.sort()).toEqual(Object.keys(errors).sort());
});
