/** Every name of the catalogue of errors is produced by a test: with its status, its body and its event. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Event } from '../../shared/core/events/event';
import { errors } from '../../shared/core/errors/errors';
import { loadExpectations } from '../support/load-expectations';
import { startProduct, type Product } from '../support/product';
import { configWithStub, runScenario, stubFor } from '../support/run-scenario';
import { servedFolder, type ServedFolder } from '../support/served-folder';
import { send } from '../support/workspace-client';
import { triggerSchedule } from '../support/trigger-schedule';

jest.setTimeout(60_000);

const FOLDER = join(__dirname, '../cases/errors');
const scenarios = loadExpectations(join(FOLDER, 'expect.yml')).scenarios.map((scenario, i) => ({
  ...{ name: scenario.name, copy: `errors-${i + 1}` },
  scenario: JSON.parse(JSON.stringify(scenario).replaceAll('${workspace}', `errors-${i + 1}`)) as typeof scenario,
}));

const BIG = 'x'.repeat(2_000);
const shouts = `
name: Emits what it is given
when: { endpoint: true }
do: [emit: { event: shouted, payload: { text: '{{body.text}}' } }]
`;
const echoes = `
name: Answers what it is given, twice
when: { endpoint: true }
do: [set: { name: twice, value: '{{body.text}}{{body.text}}' }]
output: '{{twice}}'
`;
const waits = `
name: Answers nobody in time
when: { endpoint: true }
do: [sleep: 60]
`;

const SETTINGS = { OSTINATO_ANSWER_TIMEOUT: '3', BROKER_EMIT_MAXLEN: '4000', UPLOADS_MAX_SIZE: '1000' };

let folder: ServedFolder;
let product: Product;

beforeAll(async () => {
  folder = servedFolder();
  for (const { copy, scenario } of scenarios)
    folder.copy(FOLDER, copy, configWithStub(scenario.config, await stubFor(scenario.stub)));
  folder.write('http', { 'index.yml': 'name: Over HTTP\n', shouts, echoes, waits });
  product = await startProduct(folder.path, SETTINGS);
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

it.each(scenarios)('$name', async ({ copy, scenario }) => {
  await runScenario(scenario, {
    ...{ client: product.workspace(copy), workspace: (id) => product.workspace(id), tokenOf: () => '', stub: null },
    trigger: (automation) => triggerSchedule(product, copy, automation),
  });
});

const json = { 'content-type': 'application/json' };
const form = { 'content-type': 'multipart/form-data; boundary=b' };
const upload = `--b\r\ncontent-disposition: form-data; name="f"; filename="f.txt"\r\n\r\n${BIG}\r\n--b--\r\n`;
const path = (rest: string) => `${product.url}/v2/workspaces/http/${rest}`;
const owner = { authorization: 'Bearer owner-of-the-tests' };
const native = { type: 'error', payload: {}, source: { serviceTopic: 'error' } };

/** What a scenario cannot say: the request itself is wrong. `told`: an `error` event says so too. */
const requests = [
  {
    error: 'RequestValidationError',
    status: 400,
    told: true,
    ask: () => ['webhooks/echoes', { text: '{"a": ', headers: json }],
  },
  { error: 'PayloadTooLarge', status: 413, told: true, ask: () => ['webhooks/echoes', { body: 'x'.repeat(102_401) }] },
  {
    error: 'InvalidUploadError',
    status: 413,
    told: true,
    ask: () => ['webhooks/echoes', { text: upload, headers: form }],
  },
  {
    error: 'AuthenticationError',
    status: 401,
    told: false,
    ask: () => ['webhooks/echoes', { headers: { authorization: 'Bearer stolen' } }],
  },
  {
    error: 'ForbiddenError',
    status: 403,
    told: true,
    ask: () => ['events', { body: { events: [native] }, headers: owner }],
  },
  { error: 'NotFoundError', status: 404, told: false, ask: () => ['no-such-route', { headers: owner }] },
  {
    error: 'SearchError',
    status: 400,
    told: true,
    ask: () => ['events?payload.x=a*b', { method: 'GET', headers: owner }],
  },
  { error: 'BrokerError', status: 400, told: true, ask: () => ['webhooks/shouts', { body: { text: `${BIG}${BIG}` } }] },
  { error: 'TimeoutError', status: 408, told: false, ask: () => ['webhooks/waits', {}] },
] as const satisfies readonly {
  error: string;
  status: number;
  told: boolean;
  ask(): readonly [path: string, options: Parameters<typeof send>[1]];
}[];

it.each(requests)('$error is answered with $status', async ({ error, status, told, ask }) => {
  const [rest, options] = ask();
  const answer = await send(path(rest), options);
  expect(answer).toMatchObject({ status, body: { error, message: expect.any(String) } });
  const mine = { 'source.correlationId': answer.correlationId };
  if (told) await product.workspace('http').until('error', { ...mine, 'payload.error': error });
  else expect(await product.workspace('http').events('error', mine)).toEqual([]);
});

it('IdempotencyKeyReused is answered with 422', async () => {
  const http = product.workspace('http');
  expect((await http.call('echoes', { key: 'once', body: { text: 'a' } })).status).toBe(200);
  const again = await http.call('echoes', { key: 'once', body: { text: 'b' } });
  expect(again).toMatchObject({ status: 422, body: { error: 'IdempotencyKeyReused' } });
  await http.until('error', { 'source.correlationId': again.correlationId });
});

it('too large an event tells its reason, and nothing of it is sent', async () => {
  const http = product.workspace('http');
  const { body } = await http.call('shouts', { body: { text: `${BIG}${BIG}` } });
  expect(body).toMatchObject({ details: { reason: 'EventTooLarge', event: 'shouted', limit: 4_000 } });
  expect(await http.events('shouted')).toEqual([]);
});

it('the input of a failed run is in its event, without credentials, and never in the answer', async () => {
  const headers = { ...json, authorization: '', 'x-note': 'n', accept: 'text/marker' };
  const answer = await product.workspace('errors-1').call('calls-nobody', { headers, body: { password: 'hunter2' } });
  expect(JSON.stringify(answer.body)).not.toContain('hunter2');
  const mine = { 'source.correlationId': answer.correlationId };
  const [event] = await product.workspace('errors-1').until('error', mine);
  const { payload } = (event as Event).payload?.['details'] as { payload: { headers: object; body: object } };
  expect(payload.body).toEqual({ password: 'hunter2' });
  expect(payload.headers).toMatchObject({ accept: 'text/marker' });
  expect(payload.headers).not.toHaveProperty('authorization');
});

it('an executed event that is too large loses its payload, then its output', async () => {
  const http = product.workspace('http');
  const executedOf = async (text: string) => {
    const { correlationId, body } = await http.call('echoes', { body: { text } });
    expect(body).toBe(`${text}${text}`);
    const [event] = await http.until('runtime.automations.executed', { 'source.correlationId': correlationId });
    return (event as Event).payload;
  };
  expect(await executedOf('small')).toMatchObject({ payload: { body: { text: 'small' } }, output: 'smallsmall' });
  expect(await executedOf('x'.repeat(1_200))).toMatchObject({ payload: null, output: 'x'.repeat(2_400) });
  expect(await executedOf(BIG)).toMatchObject({ payload: null, output: null, slug: 'echoes' });
});

describe('each name of the catalogue', () => {
  const here = new Set([
    ...[...readFileSync(join(FOLDER, 'expect.yml'), 'utf8').matchAll(/error: (\w+)/g)].map(([, name]) => name),
    ...requests.map(({ error }) => error),
    'IdempotencyKeyReused',
  ]);
  /** Produced by other tests: processes have to be killed, settings changed, stores taken away. */
  const elsewhere: { readonly [name: string]: string } = {
    FailedChunkParsing: 'tests/cases/fetch/expect.yml',
    ResumeError: 'tests/unit/events/live-server.test.ts',
    SlowConsumerError: 'tests/integration/live-load.test.ts',
    ValidateEmailError: 'api/identity/accounts.test.ts',
    ManualValidateEmailError: 'api/identity/sessions.test.ts',
    MissingMFA: 'api/identity/tokens.test.ts',
    AlreadyUsed: 'api/identity/sessions.test.ts',
    InvalidEmail: 'api/identity/sessions.test.ts',
    InvalidPassword: 'api/identity/sessions.test.ts',
    InvalidOrExpiredToken: 'api/identity/accounts.test.ts',
    InvalidFile: 'api/identity/accounts.test.ts',
    TooManyRequests: 'api/identity/sessions.test.ts',
    InvalidSecurity: 'tests/integration/security.test.ts',
    UnknownRole: 'tests/integration/security.test.ts',
    InvalidPermissions: 'tests/integration/security.test.ts',
    CollaboratorNotFound: 'tests/integration/security.test.ts',
    RunCancelledError: 'tests/integration/cancel.test.ts',
    Overloaded: 'tests/integration/bad-input.test.ts',
    InvalidOutputError: 'tests/unit/machine/tables/calls.yaml',
    ConfigurationError: 'workers/config.test.ts',
    Internal: 'api/http/create-app.test.ts',
    StorageUnavailable: 'shared/drivers/sqlite/database.test.ts',
    InvalidAutomationError: 'tests/integration/workspaces.test.ts',
    InvalidScheduleError: 'tests/integration/workspaces.test.ts',
    InvalidSlugError: 'tests/integration/workspaces.test.ts',
    AlreadyUsedError: 'tests/integration/workspaces.test.ts',
    PreconditionFailedError: 'tests/integration/workspaces.test.ts',
    SuspendedWorkspaceError: 'tests/integration/workspaces.test.ts',
    MissingFieldError: 'tests/integration/workspace-attacks.test.ts',
    RepositoryError: 'tests/integration/workspace-attacks.test.ts',
    InvalidVersionError: 'tests/integration/versions.test.ts',
    ConflictError: 'tests/integration/versions.test.ts',
  };

  it.each(Object.keys(errors))('%s is produced by a test', (name) => {
    const file = elsewhere[name];
    if (file === undefined) expect(here).toContain(name);
    else expect(readFileSync(join(__dirname, '../..', file), 'utf8')).toContain(name);
  });
});
