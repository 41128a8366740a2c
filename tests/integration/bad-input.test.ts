/** What callers and authors do wrong, and what the product answers. Nothing is lost, nothing is half done. */
import { eventually } from '../support/eventually';
import { startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';
import { answerJson, startStub, type StubServer } from '../support/stub-server';
import type { WorkspaceClient } from '../support/workspace-client';

jest.setTimeout(60_000);

const echo = `
name: Echo
when: { endpoint: true }
do:
  - emit: { event: echoed, payload: { n: '{{body.n}}' } }
output: { length: '{{body.text.length}}', n: '{{body.n}}' }
`;
const big = `
name: Fetches a big answer
when: { endpoint: true }
do:
  - fetch: { url: '{{config.stub}}/big', output: answer }
output: { length: '{{answer.text.length}}', last: '{{answer.last}}' }
`;
const slow = `
name: Answers late
when: { endpoint: true }
do:
  - wait: { oneOf: [{ event: hurry.up }], timeout: 60 }
output: { done: true }
`;
const fails = `
name: Fails
when: { endpoint: true }
do:
  - set: { name: x, value: '{% round("text") %}' }
`;

const MEGABYTES = 3 * 1024 * 1024;
const folder = servedFolder({ bad: { echo, big, slow, fails } });
let stub: StubServer;
let product: Product;
let bad: WorkspaceClient;

beforeAll(async () => {
  stub = await startStub((_request, response) => answerJson(response, { text: 'x'.repeat(MEGABYTES), last: 'here' }));
  folder.write('bad', { 'index.yml': `name: Bad\nconfig: { value: { stub: '${stub.url}' } }\n` });
  product = await startProduct(folder.path, { OSTINATO_ANSWER_TIMEOUT: '2' });
  bad = product.workspace('bad');
}, 120_000);
afterAll(async () => {
  await product?.stop();
  await stub?.close();
  folder.remove();
}, 120_000);

/** A JSON body of exactly so many bytes. */
const bodyOf = (bytes: number): string => `{"text":"${'x'.repeat(bytes - '{"text":""}'.length)}"}`;
const json = { 'content-type': 'application/json' };

describe('callers', () => {
  it.each([100_000, 102_400])('may send a JSON body of %i bytes', async (bytes) => {
    const text = bodyOf(bytes);
    expect(Buffer.byteLength(text)).toBe(bytes);
    expect(await bad.call('echo', { text, headers: json })).toMatchObject({
      status: 200,
      body: { length: bytes - 11 },
    });
  });

  it('get 413 for a JSON body of 102,401 bytes', async () => {
    const answer = await bad.call('echo', { text: bodyOf(102_401), headers: json });
    expect(answer).toMatchObject({ status: 413, body: { error: 'PayloadTooLarge' } });
    expect(answer.correlationId).not.toBe('');
  });

  it('get 400 for malformed JSON', async () => {
    expect(await bad.call('echo', { text: '{"text": ', headers: json })).toMatchObject({
      status: 400,
      body: { error: 'RequestValidationError' },
    });
  });

  it('get 404 for an unknown endpoint, and for an unknown workspace', async () => {
    expect(await bad.call('nothing')).toMatchObject({
      status: 404,
      body: {
        error: 'ObjectNotFoundError',
        message: 'Did not find any matching trigger for endpoint nothing',
        details: { workspaceId: 'bad', endpoint: 'nothing' },
      },
    });
    expect(await product.workspace('nowhere').call('echo')).toMatchObject({ status: 404 });
  });

  it('get 400 and the name of the error when the automation fails, without its input', async () => {
    const answer = await bad.call('fails', { body: { password: 'hunter2' } });
    expect(answer).toMatchObject({ status: 400, body: { error: 'InvalidExpressionSyntax' } });
    expect(JSON.stringify(answer.body)).not.toContain('hunter2');
    await bad.until('error', { 'source.correlationId': answer.correlationId, 'source.automationSlug': 'fails' });
  });

  it('get 401 with a token that nobody knows where somebody has to be known, and are nobody elsewhere', async () => {
    const headers = { authorization: 'Bearer stolen' };
    expect((await fetch(`${product.url}/v2/me`, { headers })).status).toBe(401);
    const answer = await bad.call('echo', { headers });
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([
      200,
      'Bearer error="invalid_token", error_description="Malformed authentication token"',
    ]);
  });

  it.each([
    ['an empty name', { type: '' }],
    ['a bad name', { type: 'a/b' }],
    ['a payload that is no object', { type: 'a', payload: [1] }],
    ['too large an event', { type: 'a', payload: { text: 'x'.repeat(100_001) } }],
  ])('get 400 for an event with %s', async (_what, event) => {
    const answer = await fetch(`${product.url}/v2/workspaces/bad/events`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ events: [{ type: 'good', payload: {} }, event] }),
    });
    expect(answer.status).toBe(400);
    expect(await bad.events('good')).toHaveLength(0);
  });
});

describe('an idempotency key', () => {
  it('gives 50 calls at the same time one run and 50 equal answers', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => bad.call('echo', { body: { n: 50 }, key: 'fifty' })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ runId }) => runId)).size).toBe(1);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body)))).toEqual(new Set(['{"n":50}']));
    await bad.until('echoed', { 'payload.n': 50 });
    expect(await bad.events('echoed', { 'payload.n': 50 })).toHaveLength(1);
  });

  it('is refused with another body', async () => {
    expect(await bad.call('echo', { body: { n: 51 }, key: 'fifty' })).toMatchObject({
      status: 422,
      body: { error: 'IdempotencyKeyReused' },
    });
  });

  it('fetches the answer of a run that was not done in time', async () => {
    const late = await bad.call('slow', { key: 'late' });
    expect(late).toMatchObject({ status: 408, body: { error: 'TimeoutError' } });
    expect(late.runId).toMatch(/^bad\/slow\//);
    await bad.emit('hurry.up');
    await bad.until('runtime.automations.executed', { 'payload.slug': 'slow' });
    const answer = await bad.call('slow', { key: 'late' });
    expect(answer).toMatchObject({ status: 200, body: { done: true }, runId: late.runId });
  });
});

it('lets a 3 MB answer of a fetch pass', async () => {
  expect(await bad.call('big')).toMatchObject({ status: 200, body: { length: MEGABYTES, last: 'here' } });
});

describe('authors', () => {
  const mistakes = {
    'broken-yaml': 'name: Broken\ndo:\n  - set: { name: a\n',
    'unknown-instruction': 'name: Unknown\ndo:\n  - emitt: { event: a }\n',
    'wrong-type': 'name: Wrong\ndo: not a list\n',
    'bad-expression': "name: Bad\ndo:\n  - conditions:\n      '{{a}} === === 1': []\n      default: []\n",
    'unknown-automation': 'name: Calls\ndo:\n  - ehco: { n: 1 }\n',
    'bad-cron': "name: Cron\nwhen: { schedules: ['61 * * * *'] }\ndo: []\n",
  };

  it('see every mistake at once, each with file, line, column and the line itself', async () => {
    folder.write('bad', { ...mistakes, echo: echo.replace('length:', 'half: true, length:') });
    await eventually('the mistakes are printed', () => /bad-cron\.yml:2:\d+/.test(product.output()));
    const output = product.output();
    expect(output).toMatch(/broken-yaml\.yml:\d+:\d+/);
    expect(output).toMatch(/unknown-instruction\.yml:3:5/);
    expect(output).toMatch(/wrong-type\.yml:2:\d+/);
    expect(output).toMatch(/bad-expression\.yml:4:\d+/);
    expect(output).toMatch(/unknown-automation\.yml:3:5/);
    expect(output).toContain('emitt: { event: a }');
    expect(output).toContain('^');
    expect(output).toMatch(/did you mean[^\n]*emit/i);
    expect(output).toMatch(/did you mean[^\n]*echo/i);
  });

  it('have nothing half deployed', async () => {
    expect((await bad.call('echo', { body: { n: 1 } })).body).toEqual({ n: 1 });
    for (const slug of Object.keys(mistakes)) folder.delete('bad', slug);
    await eventually('the good release serves', async () => {
      const { body } = await bad.call('echo', { body: { n: 1 } });
      return JSON.stringify(body) === '{"half":true,"n":1}';
    });
  });
});

describe('after a restart with one slot and a queue of one', () => {
  beforeAll(async () => {
    await product.restart({ OSTINATO_RUNS_IN_FLIGHT: '1', OSTINATO_QUEUED_STARTS: '1' });
  }, 120_000);

  it('the same key gives the same answer', async () => {
    expect(await bad.call('echo', { body: { n: 50 }, key: 'fifty' })).toMatchObject({ status: 200, body: { n: 50 } });
    expect(await bad.events('echoed', { 'payload.n': 50 })).toHaveLength(1);
  });

  it('callers beyond the queue get 503 with Retry-After, and what was answered has happened', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => bad.call('echo', { body: { n: 503 } })));
    const refused = answers.filter(({ status }) => status === 503);
    const answered = answers.filter(({ status }) => status === 200);
    expect(refused.length + answered.length).toBe(30);
    expect(answered.length).toBeGreaterThanOrEqual(2);
    expect(refused.length).toBeGreaterThan(10);
    for (const { headers, body } of refused) {
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      expect(body).toMatchObject({ error: 'Overloaded' });
    }
    await bad.until('echoed', { 'payload.n': 503 }, { count: answered.length });
    expect(await bad.events('echoed', { 'payload.n': 503 })).toHaveLength(answered.length);
  });

  it('events beyond the slots wait in the broker and are not lost', async () => {
    folder.write('bad', {
      listener: 'name: Listens\nwhen: { events: [flood] }\ndo:\n  - emit: { event: heard, payload: "{{payload}}" }\n',
    });
    await eventually('the listener serves', async () => (await bad.test('listener')).status === 200);
    // The calls that asked whether it serves were heard as well, maybe later than these: they bring no payload.
    await Promise.all(Array.from({ length: 40 }, () => bad.emit('flood', { of: 40 })));
    await bad.until('heard', { 'payload.of': 40 }, { count: 40, withinMs: 30_000 });
    expect(await bad.events('heard', { 'payload.of': 40 })).toHaveLength(40);
  });
});
