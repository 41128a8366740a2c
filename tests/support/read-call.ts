import type { CheckedObject } from './checked-object';
import type { CallStep, ExpectedAnswer, FormPart, Looks, Step, TestStep } from './expectations';

/** @param readStep for the steps inside */
export function readCall(step: CheckedObject, readStep: (step: CheckedObject) => Step): CallStep {
  const sent = ['body', 'text', 'form', 'multipart'].filter((name) => step.has(name));
  if (sent.length > 1) step.fail(`a call sends one of ${sent.join(', ')}`);
  return {
    kind: 'call',
    endpoint: step.text('call'),
    workspace: step.optionalText('workspace'),
    method: step.text('method', 'POST').toUpperCase(),
    query: step.textsOrLists('query'),
    headers: step.texts('headers'),
    body: step.any('body'),
    text: step.optionalText('text'),
    form: step.has('form') ? step.textsOrLists('form') : undefined,
    multipart: step.has('multipart') ? step.list('multipart').map(readPart) : undefined,
    key: step.optionalText('key'),
    caller: step.optionalText('caller'),
    expect: readExpected(step.child('expect')),
    as: step.optionalText('as'),
    meanwhile: step.list('meanwhile').map(readStep),
  };
}

export function readTest(step: CheckedObject): TestStep {
  return {
    kind: 'test',
    automation: step.text('test'),
    payload: step.object('payload'),
    expect: readExpected(step.child('expect')),
    as: step.optionalText('as'),
  };
}

export function readLooks(step: CheckedObject): Looks {
  return { absent: step.textList('absent'), matches: step.texts('matches') };
}

function readExpected(expected: CheckedObject): ExpectedAnswer {
  return expected.done({
    status: expected.has('status') ? expected.number('status') : undefined,
    headers: expected.texts('headers'),
    withoutHeaders: expected.textList('withoutHeaders'),
    body: expected.any('body'),
    contains: expected.any('contains'),
    messages: expected.has('messages') ? expected.items('messages') : undefined,
    ...readLooks(expected),
  });
}

function readPart(part: CheckedObject): FormPart {
  const isFile = part.has('file');
  return part.done({
    // A form may have a field without a name.
    field: part.has('field') ? String(part.any('field')) : '',
    ...(isFile
      ? {
          file: {
            name: part.text('file'),
            type: part.text('type', 'application/octet-stream'),
            content: part.has('zeros') ? part.number('zeros') : part.text('content'),
          },
        }
      : { value: part.text('value') }),
  });
}
