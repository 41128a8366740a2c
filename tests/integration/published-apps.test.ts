/** Apps over HTTP: published in versions, installed several times, upgraded, rolled back, withdrawn. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Json, JsonObject } from '../../shared/core/json';
import type { ApiClient } from '../support/api-client';
import { eventually } from '../support/eventually';
import { startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';
import { signUp } from '../support/sign-up';

jest.setTimeout(120_000);

const folder = servedFolder({ kit: { hello: 'name: Hello\nwhen: { endpoint: true }\ndo: []\noutput: folder\n' } });
let product: Product;
let ann: ApiClient;
let bob: ApiClient;
beforeAll(async () => {
  product = await startProduct(folder.path, { ACCOUNT_VALIDATION_METHOD: 'auto', MAXIMUM_APP_VERSION: '3' });
  [ann, bob] = [(await signUp(product.url, 'ann')).api, (await signUp(product.url, 'bob')).api];
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

const greet = (version: number): JsonObject => ({
  name: 'Greet',
  description: 'Says hello',
  arguments: { name: { type: 'string' } },
  when: { endpoint: true, events: ['asked'] },
  do: [{ emit: { event: 'greeted', payload: { version, language: '{{config.language}}' } } }],
  output: { version, language: '{{config.language}}', tone: '{{config.tone}}' },
});

const form = { schema: { language: { type: 'string', enum: ['fr', 'en', 'de'] } }, value: { tone: 'kind' } };

const workspaceOf = async (api: ApiClient, document: JsonObject): Promise<string> =>
  String((await api.ok('POST', '/workspaces', document))['id']);

const appWorkspace = (api: ApiClient, name: string, document: JsonObject = {}): Promise<string> =>
  workspaceOf(api, {
    ...{ name, description: `${name} as an app`, photo: 'data:image/png;base64,AA==', labels: ['tools'], config: form },
    automations: { greet: greet(1), inner: { name: 'Inner', private: true, do: [] } },
    ...document,
  });

const hook = async (api: ApiClient, id: string, endpoint: string): Promise<Json | undefined> =>
  (await api.call('POST', `/workspaces/${id}/webhooks/${endpoint}`, {})).body;

it('is published in versions, installed twice, upgraded everywhere but where it is pinned, rolled back', async () => {
  const source = await appWorkspace(ann, 'Greeter');
  await ann.ok('POST', `/workspaces/${source}/versions`, { name: 'v1' });
  const app = await ann.ok('POST', '/apps', { workspaceId: source, slug: 'greeter', workspaceVersion: 'v1' });
  expect(app).toMatchObject({
    ...{ workspaceId: source, slug: 'greeter', name: 'Greeter', description: 'Greeter as an app', labels: ['tools'] },
    versions: [{ name: 'v1' }],
  });

  // Anybody finds it and what has to be filled in, nobody its values.
  expect((await bob.ok('GET', '/apps?text=GREET'))['list']).toMatchObject([{ slug: 'greeter' }]);
  expect((await bob.ok('GET', '/apps?labels=none'))['list']).toEqual([]);
  const seen = await bob.ok('GET', '/apps/greeter?version=v1');
  expect(seen['config']).toEqual({ schema: form.schema });
  expect((await bob.call('GET', '/apps/greeter?version=v9')).status).toBe(404);

  const home = await workspaceOf(bob, { name: 'Home', config: { value: { mine: 'de' } } });
  const at = (path: string) => `/workspaces/${home}/apps${path}`;
  const french = await bob.ok('POST', at(''), { slug: 'fr', appSlug: 'greeter', config: { language: 'fr' } });
  expect(french).toMatchObject({
    ...{ slug: 'fr', appSlug: 'greeter', diagnostics: [] },
    config: { schema: form.schema, value: { language: 'fr' } },
  });
  await bob.ok('POST', at(''), {
    ...{ slug: 'pinned', appSlug: 'greeter', appVersion: 'v1', config: { language: '{{config.mine}}' } },
  });
  expect([await hook(bob, home, 'fr.greet'), await hook(bob, home, 'pinned.greet')]).toEqual([
    { version: 1, language: 'fr', tone: 'kind' },
    { version: 1, language: 'de', tone: 'kind' },
  ]);
  expect((await bob.ok('GET', at('')))['list']).toEqual([
    {
      ...{ slug: 'fr', appSlug: 'greeter', photo: 'data:image/png;base64,AA==', blocks: [] },
      automations: [
        { slug: 'greet', name: 'Greet', description: 'Says hello', arguments: { name: { type: 'string' } } },
      ],
      events: { listen: ['asked'], emit: ['greeted'] },
    },
    expect.objectContaining({ slug: 'pinned', appVersion: 'v1' }),
  ]);

  // A save of the source is no publication.
  await ann.ok('PATCH', `/workspaces/${source}/automations/greet`, greet(2));
  expect(await hook(bob, home, 'fr.greet')).toMatchObject({ version: 1 });
  const second = await ann.ok('POST', '/apps', { workspaceId: source });
  expect(second['versions']).toHaveLength(2);
  expect([await hook(bob, home, 'fr.greet'), await hook(bob, home, 'pinned.greet')]).toMatchObject([
    { version: 2, language: 'fr' },
    { version: 1, language: 'de' },
  ]);

  // The pinned one follows when it is asked to, the other one goes back with its app.
  await bob.ok('PATCH', at('/pinned'), { appVersion: null });
  expect(await hook(bob, home, 'pinned.greet')).toMatchObject({ version: 2 });
  const back = await ann.ok('POST', '/apps', { workspaceId: source, workspaceVersion: 'v1' });
  expect(back['versions']).toEqual(second['versions']);
  expect(await hook(bob, home, 'fr.greet')).toMatchObject({ version: 1 });
  const types = async (id: string, api: ApiClient) =>
    JSON.stringify(await api.ok('GET', `/workspaces/${id}/events?types=apps.published&limit=10`));
  await eventually('it was told in its workspace', async () => (await types(source, ann)).includes('"greeter"'));

  // Configured, renamed, uninstalled.
  await bob.ok('PATCH', at('/fr/config'), { tone: 'cold' });
  expect(await bob.ok('GET', at('/fr/config'))).toEqual({ language: 'fr', tone: 'cold' });
  expect(await hook(bob, home, 'fr.greet')).toEqual({ version: 1, language: 'fr', tone: 'cold' });
  await bob.ok('PATCH', at('/fr'), { slug: 'french', config: { language: 'en' } });
  expect(await hook(bob, home, 'french.greet')).toEqual({ version: 1, language: 'en', tone: 'kind' });
  expect((await bob.call('GET', at('/fr'))).status).toBe(404);
  expect(await bob.ok('DELETE', at('/french'))).toEqual({ id: 'french' });
  expect((await bob.call('POST', `/workspaces/${home}/webhooks/french.greet`, {})).status).toBe(404);
  await eventually('the instance has told its story', async () => {
    const told = JSON.stringify(await bob.ok('GET', `/workspaces/${home}/events?limit=200`));
    return ['installed', 'configured', 'uninstalled'].every((kind) => told.includes(`workspaces.apps.${kind}`));
  });
});

it('refuses what cannot be published, for whom it is not', async () => {
  const source = await appWorkspace(ann, 'Refused', { photo: null, description: null });
  const publish = async (api: ApiClient, body: JsonObject) => {
    const { status, body: answer } = await api.call('POST', '/apps', { workspaceId: source, ...body });
    return [status, (answer as JsonObject)['error'], (answer as JsonObject)['details']];
  };
  expect(await publish(bob, { slug: 'refused' })).toMatchObject([403, 'ForbiddenError', {}]);
  expect(await publish(ann, {})).toEqual([400, 'MissingFieldError', { fields: ['slug'] }]);
  expect(await publish(ann, { slug: 'refused' })).toEqual([
    400,
    'MissingFieldError',
    { fields: ['photo', 'description'] },
  ]);
  await ann.ok('PATCH', `/workspaces/${source}`, { photo: 'data:image/png;base64,AA==' });
  expect(await publish(ann, { slug: 'a/../b', description: 'x' })).toMatchObject([400, 'InvalidSlugError', {}]);
  // Of a folder beside it: who installs that goes on getting it.
  expect(await publish(ann, { slug: 'kit', description: 'x' })).toMatchObject([400, 'AlreadyUsedError', {}]);
  expect(await publish(ann, { slug: 'refused', description: 'x', workspaceVersion: 'v7' })).toMatchObject([
    400,
    'InvalidVersionError',
    {},
  ]);
  expect((await publish(ann, { slug: 'refused', description: 'x' }))[0]).toBe(200);
  expect(await publish(ann, { slug: 'other', description: 'x' })).toMatchObject([400, 'InvalidSlugError', {}]);
  const rival = await appWorkspace(bob, 'Rival');
  expect(await bob.call('POST', '/apps', { workspaceId: rival, slug: 'refused' })).toMatchObject({
    status: 400,
    body: { error: 'AlreadyUsedError' },
  });

  // A version keeps what it says: the same name with other files is refused.
  await ann.ok('PATCH', `/workspaces/${source}`, { description: 'Now it has one' });
  await ann.ok('POST', `/workspaces/${source}/versions`, { name: 'v1' });
  expect((await publish(ann, { workspaceVersion: 'v1' }))[0]).toBe(200);
  await ann.ok('DELETE', `/workspaces/${source}/versions/v1`);
  await ann.ok('PATCH', `/workspaces/${source}/automations/greet`, greet(9));
  await ann.ok('POST', `/workspaces/${source}/versions`, { name: 'v1' });
  expect(await publish(ann, { workspaceVersion: 'v1' })).toMatchObject([400, 'AlreadyUsedError', {}]);

  // An editor publishes again what the owner has published first, and cannot withdraw it.
  const me = await bob.ok('GET', '/me');
  await ann.ok('POST', `/workspaces/${source}/permissions`, {
    target: { id: String(me['id']) },
    permissions: { role: 'editor' },
  });
  expect((await publish(bob, {}))[0]).toBe(200);
  expect((await bob.call('DELETE', '/apps/refused')).status).toBe(403);
  const { versions } = await ann.ok('GET', '/apps/refused');
  for (const _ of [1, 2]) await publish(ann, {});
  const kept = (await ann.ok('GET', '/apps/refused'))['versions'] as readonly Json[];
  expect([(versions as readonly Json[]).length, kept.length]).toEqual([3, 3]);
});

it('refuses an instance whose config does not fit, of an app or version that is not there, for who may not save', async () => {
  const source = await appWorkspace(ann, 'Strict');
  await ann.ok('POST', '/apps', { workspaceId: source, slug: 'strict' });
  const home = await workspaceOf(bob, { name: 'Home of strict' });
  const install = async (api: ApiClient, body: JsonObject) => {
    const answer = await api.call('POST', `/workspaces/${home}/apps`, { slug: 'one', appSlug: 'strict', ...body });
    return [answer.status, (answer.body as JsonObject)['error']];
  };
  expect(await install(ann, {})).toEqual([403, 'ForbiddenError']);
  expect(await install(bob, { config: { language: 'klingon' } })).toEqual([400, 'RequestValidationError']);
  const near = await bob.call('POST', `/workspaces/${home}/apps`, { slug: 'one', appSlug: 'strikt' });
  expect((near.body as JsonObject)['message']).toBe('There is no app strikt; did you mean `strict`?');
  expect(await install(bob, { appSlug: 'nowhere' })).toEqual([404, 'ObjectNotFoundError']);
  expect(await install(bob, { appVersion: 'v7' })).toEqual([404, 'ObjectNotFoundError']);
  expect(await install(bob, { slug: '../x' })).toEqual([400, 'InvalidSlugError']);
  // Not published: it is nobody else's to install.
  const secret = await appWorkspace(ann, 'Secret');
  expect(await install(bob, { appSlug: secret })).toEqual([404, 'ObjectNotFoundError']);
  const sneaked = await bob.call('POST', '/workspaces', { name: 'Sneak', imports: { a: { appSlug: secret } } });
  expect(JSON.stringify(sneaked.body)).toContain('APP_UNKNOWN');
  expect(await install(bob, { config: { language: 'fr' } })).toEqual([200, undefined]);
  expect(await install(bob, {})).toEqual([400, 'AlreadyUsedError']);
  const config = await bob.call('PATCH', `/workspaces/${home}/apps/one/config`, { language: 7 });
  expect(config).toMatchObject({ status: 400, body: { details: [{ path: '/body/config/language' }] } });
  // Its workspace may keep an app to itself.
  const own = await appWorkspace(ann, 'Own');
  await ann.ok('POST', '/apps', { workspaceId: own, slug: 'own' });
  await ann.ok('PUT', `/workspaces/${own}/security`, {
    authorizations: { rules: [{ action: 'read', subject: 'apps', inverted: true }] },
  });
  expect((await bob.ok('GET', '/apps?text=own'))['list']).toEqual([]);
  expect((await bob.call('GET', '/apps/own')).status).toBe(403);
  expect(await install(bob, { slug: 'two', appSlug: 'own' })).toEqual([403, 'ForbiddenError']);
  expect((await ann.ok('GET', '/apps/own'))['slug']).toBe('own');
  // A folder beside it is an app without being published.
  await bob.ok('POST', `/workspaces/${home}/apps`, { slug: 'kit', appSlug: 'kit' });
  expect(await hook(bob, home, 'kit.hello')).toBe('folder');
});

it('withdraws an app: nobody can install it, those who have it go on with what they have', async () => {
  const source = await appWorkspace(ann, 'Gone');
  await ann.ok('POST', '/apps', { workspaceId: source, slug: 'gone' });
  const home = await workspaceOf(bob, { name: 'Home of gone' });
  await bob.ok('POST', `/workspaces/${home}/apps`, { slug: 'gone', appSlug: 'gone', config: { language: 'en' } });
  expect(await ann.ok('DELETE', '/apps/gone')).toEqual({ id: 'gone' });
  expect((await ann.call('GET', '/apps/gone')).status).toBe(404);
  expect(await hook(bob, home, 'gone.greet')).toMatchObject({ version: 1 });
  expect((await bob.ok('GET', `/workspaces/${home}/apps`))['list']).toEqual([]);
  expect((await bob.call('POST', `/workspaces/${home}/apps`, { slug: 'b', appSlug: 'gone' })).status).toBe(404);

  // With its workspace an app goes, too.
  const short = await appWorkspace(ann, 'Short');
  await ann.ok('POST', '/apps', { workspaceId: short, slug: 'short' });
  await ann.ok('DELETE', `/workspaces/${short}`);
  expect((await ann.call('GET', '/apps/short')).status).toBe(404);
});

/** Tells what it hears of itself and of its app. */
const told = (version: number): JsonObject => ({
  name: 'Told',
  private: true,
  when: {
    events: [
      ...['installed', 'configured', 'uninstalled'].map((kind) => `workspaces.apps.${kind}`),
      ...['published', 'deleted'].map((kind) => `apps.${kind}`),
    ],
  },
  do: [
    { emit: { event: 'told', payload: { of: '{{run.trigger.value}}', version, heard: '{{payload}}' } } },
    { conditions: { '{{config.hook}}': [{ fetch: { url: '{{config.hook}}', method: 'post', body: { of: '{{run.trigger.value}}' } } }] } }, // prettier-ignore
  ],
});

it('tells each instance of itself and of its app, wherever it is installed, without its secrets', async () => {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      heard.push(body);
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const hookUrl = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
  try {
    const source = await appWorkspace(ann, 'Talker', {
      config: { schema: { token: { type: 'string', secret: true }, hook: { type: 'string' } } },
      automations: { told: told(1) },
    });
    await ann.ok('POST', '/apps', { workspaceId: source, slug: 'talker' });
    const home = await workspaceOf(bob, { name: 'Home of talkers' });
    const at = (path: string) => `/workspaces/${home}/apps${path}`;
    const heardBy = async (instance: string) => {
      const found = (await bob.ok('GET', `/workspaces/${home}/events?types=${instance}.told&limit=50`))['result'];
      const events = ((found as JsonObject)['events'] as readonly JsonObject[]).map((one) => one['payload']);
      return [...(events as readonly JsonObject[])].reverse();
    };
    const hears = (instance: string, of: string) =>
      eventually(`${instance} hears of ${of}`, async () => (await heardBy(instance)).some((one) => one['of'] === of));

    await bob.ok('POST', at(''), { slug: 'x', appSlug: 'talker', config: { token: 'tip-top-secret' } });
    await hears('x', 'workspaces.apps.installed');
    await bob.ok('PATCH', at('/x'), { slug: 'y' });
    await hears('y', 'workspaces.apps.configured');
    await ann.ok('PATCH', `/workspaces/${source}/automations/told`, told(2));
    await ann.ok('POST', '/apps', { workspaceId: source });
    await hears('y', 'apps.published');
    await bob.ok('PATCH', at('/y/config'), { hook: hookUrl });
    await ann.ok('DELETE', '/apps/talker');
    await hears('y', 'apps.deleted');
    const [first] = await heardBy('x');
    expect(first).toMatchObject({
      version: 1,
      heard: {
        slug: 'x',
        appInstance: { appSlug: 'talker', slug: 'x', config: { token: 'REDACTED' } },
        events: { emit: ['told'], listen: expect.arrayContaining(['apps.published']) as unknown },
      },
    });
    expect(await heardBy('y')).toMatchObject([
      { of: 'workspaces.apps.configured', version: 1, heard: { slug: 'y', oldSlug: 'x' } },
      { of: 'apps.published', version: 2, heard: { app: { slug: 'talker' } } },
      { of: 'workspaces.apps.configured', version: 2, heard: { appInstance: { oldConfig: { token: 'REDACTED' } } } },
      { of: 'apps.deleted', version: 2, heard: { appSlug: 'talker' } },
    ]);
    // What is told of the app is kept where the app was made, and only there.
    const kept = await bob.ok('GET', `/workspaces/${home}/events?limit=500&appInstanceDepth=10`);
    expect(JSON.stringify(kept)).not.toMatch(/"type":"apps\.|tip-top-secret/);

    // The end of the workspace is the end of its instances: they are told, and have the time to say so.
    heard.length = 0;
    await bob.ok('DELETE', `/workspaces/${home}`);
    await eventually('its end is told', () => heard.some((body) => body.includes('workspaces.apps.uninstalled')));
  } finally {
    server.close();
  }
});

it('tells the instances of a copy that they are installed', async () => {
  const schema: JsonObject = { token: { type: 'string', secret: true } };
  const source = await appWorkspace(ann, 'Copied talker', { config: { schema }, automations: { told: told(1) } });
  await ann.ok('POST', '/apps', { workspaceId: source, slug: 'copied' });
  const home = await workspaceOf(bob, {
    name: 'Original',
    config: { schema, value: { token: 'of-the-home' } },
    imports: { x: { appSlug: 'copied', config: { token: 'of-the-instance' } } },
  });
  const { id } = await bob.ok('POST', `/workspaces/${home}/versions/current/duplicate`);
  await eventually('the copy hears it', async () =>
    JSON.stringify(await bob.ok('GET', `/workspaces/${String(id)}/events?types=x.told`)).includes('apps.installed'),
  );
  // Both are told without what their schemas call secret.
  for (const [one, type] of [
    [home, 'workspaces.created'],
    [String(id), 'workspaces.duplicated'],
  ] as const) {
    const events = () => bob.ok('GET', `/workspaces/${one}/events?types=${type}&limit=50`);
    await eventually(`${type} is told`, async () => JSON.stringify(await events()).includes(`"type":"${type}"`));
    const told = JSON.stringify(await events());
    expect(told).not.toMatch(/of-the-(home|instance)/);
    expect(told.match(/"token":"REDACTED"/g)).toHaveLength(2);
  }
});

it('refuses a schema that nobody can fill in, and what a JSON Schema forbids, by place, reason and mend', async () => {
  const config = (schema: JsonObject): JsonObject => ({ config: { schema } });
  const source = await appWorkspace(ann, 'Formal', config({ port: { type: 'numbr' } }));
  const publish = () => ann.call('POST', '/apps', { workspaceId: source, slug: 'formal' });
  expect(await publish()).toMatchObject({
    status: 400,
    body: {
      error: 'RequestValidationError',
      message: expect.stringMatching(/config\.schema\.port\.type.*numbr.*number/) as unknown,
      details: [{ path: '/config/schema/port/type' }],
    },
  });
  const properties = { port: { type: 'integer', minimum: 1 }, mode: { enum: ['fast', 'safe'] } };
  const strict = { type: 'object', required: ['port'], additionalProperties: false, properties };
  await ann.ok('PATCH', `/workspaces/${source}`, config(strict));
  expect((await publish()).status).toBe(200);
  const home = await workspaceOf(bob, { name: 'Home of formal' });
  const install = async (given: JsonObject) => {
    const answer = await bob.call('POST', `/workspaces/${home}/apps`, { slug: 'f', appSlug: 'formal', config: given });
    const { message, details } = answer.body as JsonObject;
    return [answer.status, message, Array.isArray(details) ? (details as JsonObject[]).map(({ path }) => path) : []];
  };
  expect(await install({})).toEqual([400, expect.stringContaining("must have required property 'port'"), ['/body/config']]); // prettier-ignore
  expect(await install({ port: 'x' })).toEqual([400, 'The config does not fit the app formal: `port` must be integer', ['/body/config/port']]); // prettier-ignore
  expect(await install({ port: 1, mode: 'slow' })).toEqual([400, expect.stringContaining('"fast", "safe"'), ['/body/config/mode']]); // prettier-ignore
  expect(await install({ port: 1, prot: 2 })).toEqual([400, expect.stringContaining('`prot`'), ['/body/config']]);
  expect((await install({ port: '{{config.port}}' }))[0]).toBe(200);
});

it('looks whether the photo of an app is there', async () => {
  let status = 200;
  const server = createServer((_request, response) => void response.writeHead(status, { 'content-type': 'image/png' }).end()); // prettier-ignore
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const photo = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/there.png`;
  const source = await appWorkspace(ann, 'Pictured');
  const publish = () => ann.call('POST', '/apps', { workspaceId: source, slug: 'pictured' });
  try {
    await ann.ok('PATCH', `/workspaces/${source}`, { photo });
    status = 404;
    expect(await publish()).toMatchObject({ status: 400, body: { error: 'InvalidFile', details: { field: 'photo' } } });
    status = 200;
    expect((await publish()).status).toBe(200);
  } finally {
    server.close();
  }
  // Published with it before: it is not asked for again.
  expect((await publish()).status).toBe(200);
});

it('leaves runs that are parked alone, whatever becomes of their instance', async () => {
  const parks = (version: number): JsonObject => ({
    name: 'Parks',
    when: { endpoint: true },
    do: [
      { emit: { event: 'parked', payload: { version } } },
      { wait: { oneOf: [{ event: 'go' }], timeout: 3600 } },
      { emit: { event: 'ended', payload: { version, language: '{{config.language}}' } } },
    ],
  });
  const source = await appWorkspace(ann, 'Parking', { automations: { parks: parks(1) } });
  await ann.ok('POST', '/apps', { workspaceId: source, slug: 'parking' });
  const home = await workspaceOf(bob, { name: 'Home of parking' });
  const at = (path: string) => `/workspaces/${home}${path}`;
  await bob.ok('POST', at('/apps'), { slug: 'p', appSlug: 'parking', config: { language: 'fr' } });
  const payloadsOf = async (type: string) => {
    const { result } = await bob.ok('GET', at(`/events?types=${type}&limit=50`));
    return ((result as JsonObject)['events'] as readonly JsonObject[]).map(({ payload }) => payload);
  };
  const park = async () => {
    const before = (await payloadsOf('p.parked')).length;
    const waits = (await payloadsOf('runtime.waits.pending')).length;
    void hook(bob, home, 'p.parks');
    await eventually('it is parked', async () => (await payloadsOf('p.parked')).length > before);
    await eventually('it waits', async () => (await payloadsOf('runtime.waits.pending')).length > waits);
  };
  await park();
  await ann.ok('PATCH', `/workspaces/${source}/automations/parks`, parks(2));
  await ann.ok('POST', '/apps', { workspaceId: source });
  await park();
  await bob.ok('PATCH', at('/apps/p/config'), { language: 'en' });
  await park();
  await bob.ok('DELETE', at('/apps/p'));
  await bob.ok('POST', at('/events'), { events: [{ type: 'p.go', payload: {} }] });
  await eventually('all have ended', async () => (await payloadsOf('p.ended')).length === 3);
  expect(await payloadsOf('p.ended')).toEqual(
    expect.arrayContaining([
      { version: 1, language: 'fr' },
      { version: 2, language: 'fr' },
      { version: 2, language: 'en' },
    ]),
  );
});

it('upgrades nobody whom the new version would break; an app that comes to install itself is left out there', async () => {
  const source = await appWorkspace(ann, 'Breaking');
  await ann.ok('POST', '/apps', { workspaceId: source, slug: 'breaking' });
  const home = await workspaceOf(bob, {
    name: 'Home of breaking',
    imports: { b: { appSlug: 'breaking', config: { language: 'fr' } } },
    automations: {
      ask: { name: 'Ask', when: { endpoint: true }, do: [{ 'b.greet': { output: 'r' } }], output: '{{r.version}}' },
    },
  });
  expect(await hook(bob, home, 'ask')).toBe(1);
  await ann.ok('DELETE', `/workspaces/${source}/automations/greet`);
  await ann.ok('POST', '/apps', { workspaceId: source });
  expect(await hook(bob, home, 'ask')).toBe(1);
  const { diagnostics } = await bob.ok('PATCH', `/workspaces/${home}`, { description: 'saved again' });
  expect(diagnostics).toEqual([expect.objectContaining({ code: 'CALL_UNKNOWN', file: 'automations/ask.yml' })]);

  const circle = await appWorkspace(ann, 'Circle');
  await ann.ok('POST', '/apps', { workspaceId: circle, slug: 'circle' });
  const around = await appWorkspace(ann, 'Around', { imports: { c: { appSlug: 'circle' } } });
  await ann.ok('POST', '/apps', { workspaceId: around, slug: 'around' });
  const closed = await ann.ok('POST', `/workspaces/${circle}/apps`, { slug: 'a', appSlug: 'around' });
  expect(closed['diagnostics']).toEqual([expect.objectContaining({ code: 'APP_RECURSIVE' })]);
  expect(await hook(ann, circle, 'a.greet')).toMatchObject({ version: 1 });
  expect((await ann.call('POST', `/workspaces/${circle}/webhooks/a.c.greet`, {})).status).toBe(404);
});
