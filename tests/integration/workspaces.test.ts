/** Workspaces and automations over HTTP, on a served folder: a save writes the file, a saved file is a deploy. */
import { existsSync, readFileSync, readdirSync, writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../shared/core/json';
import { apiClient, type ApiClient } from '../support/api-client';
import { eventually } from '../support/eventually';
import { startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';

jest.setTimeout(60_000);

const hello = `# Greets
name: Hello # shown
when: { endpoint: true }
do: []
output: { word: one }
`;
const folder = servedFolder({ live: { hello } });
let product: Product;
let owner: ApiClient;
let anna: ApiClient;
let bob: ApiClient;

beforeAll(async () => {
  product = await startProduct(folder.path, {
    OSTINATO_USERS: JSON.stringify({
      anna: { token: 'token-of-anna', email: 'anna@example.org', roles: {} },
      bob: { token: 'token-of-bob', email: 'bob@example.org', roles: { live: 'editor' } },
    }),
  });
  owner = apiClient(product.url, 'owner-of-the-tests');
  anna = apiClient(product.url, 'token-of-anna');
  bob = apiClient(product.url, 'token-of-bob');
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

const file = (workspace: string, path: string) => readFileSync(join(folder.path, workspace, path), 'utf8');
const sleeper = (output: string): JsonObject => ({
  name: 'Sleeper',
  when: { endpoint: true },
  do: [{ wait: { oneOf: [{ event: 'wake.up' }], timeout: 3600 } }, { emit: { event: 'woke' } }],
  output,
});

describe('documents', () => {
  let id: string;

  it('creates everything of a document, or nothing', async () => {
    const refused = await anna.call('POST', '/workspaces', {
      name: 'Shop',
      automations: { good: { name: 'Good', do: [] }, bad: { name: 'Bad' } },
    });
    expect(refused).toMatchObject({ status: 400, body: { error: 'RequestValidationError' } });
    expect(readdirSync(folder.path)).toEqual(['live']);
    const made = await anna.ok('POST', '/workspaces', {
      name: "Anna's Shop",
      labels: ['shop', 'demo'],
      config: { value: { currency: 'EUR' } },
      automations: { greet: { name: 'Greet', when: { endpoint: true }, do: [], output: { c: '{{config.currency}}' } } },
    });
    id = String(made['id']);
    expect(made).toMatchObject({ slug: 'annas-shop', name: "Anna's Shop", createdBy: 'anna', diagnostics: [] });
    expect(id).toMatch(/^[a-z0-9]{7}$/);
    expect(file(id, 'automations/greet.yml')).toContain('validateArguments: true');
    expect(await product.workspace(id).call('greet')).toMatchObject({ status: 200, body: { c: 'EUR' } });
    await product.workspace(id).until('workspaces.created');
  });

  it('knows who may do what', async () => {
    const nobody = apiClient(product.url, null);
    expect((await nobody.call('GET', `/workspaces/${id}`)).status).toBe(401);
    expect((await nobody.call('POST', '/workspaces', { name: 'Nobody' })).status).toBe(401);
    expect((await bob.call('GET', `/workspaces/${id}`)).status).toBe(403);
    expect((await bob.call('GET', '/workspaces/nothere')).status).toBe(404);
    expect((await bob.call('GET', '/workspaces/live')).status).toBe(200);
    const saved = await bob.ok('PATCH', '/workspaces/live', { description: 'of Bob' });
    expect(saved).toMatchObject({ updatedBy: 'bob' });
    // Who changes a workspace of the folder has not made it, and owns nothing by that.
    expect(saved).not.toHaveProperty('createdBy');
    expect((await bob.call('DELETE', '/workspaces/live')).status).toBe(403);
    expect((await bob.call('PUT', '/workspaces/live/suspension', { suspended: true })).status).toBe(403);
    expect((await bob.call('PATCH', '/workspaces/live', { repositories: {} })).status).toBe(403);
    expect((await anna.ok('GET', `/workspaces/${id}`))['automations']).toHaveProperty('greet');
  });

  it('lists the workspaces of a member for whoever may know who belongs to them', async () => {
    const idsOf = async (who: ApiClient, email: string) =>
      ((await who.call('GET', `/workspaces?email=${email}`)).body as readonly JsonObject[]).map((row) => row['id']);
    expect(await idsOf(anna, 'Anna@example.org')).toEqual([id]);
    expect(await idsOf(owner, 'bob@example.org')).toEqual(['live']);
    expect(await idsOf(bob, 'bob@example.org')).toEqual(['live']);
    expect(await idsOf(anna, 'bob@example.org')).toEqual([]);
    expect(await idsOf(anna, 'nobody@example.org')).toEqual([]);
  });

  it('replaces keys at the top, keeps comments, and tells what has changed', async () => {
    writeFileSync(join(folder.path, id, 'index.yml'), `# mine\n${file(id, 'index.yml')}`);
    const patched = await anna.ok('PATCH', `/workspaces/${id}`, {
      config: { schema: { key: { type: 'string', secret: true } }, value: { currency: 'USD', key: 'hush' } },
      slug: 'shop',
      labels: null,
      automations: { more: { name: 'More', do: [] } },
    });
    expect(patched).toMatchObject({ slug: 'shop', config: { value: { currency: 'USD' } } });
    expect(patched).not.toHaveProperty('labels');
    expect(file(id, 'index.yml')).toMatch(/^# mine\nname: Anna's Shop/);
    expect(await product.workspace(id).call('greet')).toMatchObject({ body: { c: 'USD' } });
    const [updated] = await product.workspace(id).until('workspaces.updated');
    expect(updated?.payload).toMatchObject({ oldSlug: 'annas-shop', workspace: { slug: 'shop' } });
    const [configured] = await product.workspace(id).until('workspaces.configured');
    expect(configured?.payload).toMatchObject({ config: { value: { currency: 'USD', key: 'REDACTED' } } });
    const again = await anna.ok('PATCH', `/workspaces/${id}`, { slug: 'shop' });
    expect(again).toMatchObject({ slug: 'shop' });
    expect(await product.workspace(id).events('workspaces.updated')).toHaveLength(1);
  });

  it('refuses names, slugs, labels and fields that cannot be, and slugs that are taken', async () => {
    const patch = (body: JsonObject) => anna.call('PATCH', `/workspaces/${id}`, body);
    expect(await patch({ name: 'x' })).toMatchObject({ status: 400, body: { error: 'RequestValidationError' } });
    expect(await patch({ labels: ['a b'] })).toMatchObject({ status: 400, body: { error: 'RequestValidationError' } });
    expect(await patch({ permissions: {} })).toMatchObject({ status: 400, body: { error: 'RequestValidationError' } });
    expect(await patch({ slug: 'Not This' })).toMatchObject({ status: 400, body: { error: 'InvalidSlugError' } });
    expect(await patch({ slug: 'live' })).toMatchObject({ status: 400, body: { error: 'AlreadyUsedError' } });
    expect(await anna.call('POST', '/workspaces', { name: 'Other', slug: 'shop' })).toMatchObject({
      status: 400,
      body: { error: 'AlreadyUsedError' },
    });
    expect(await anna.ok('PATCH', `/workspaces/${id}`, { id: 'stolen', createdBy: 'bob' })).toMatchObject({
      id,
      createdBy: 'anna',
    });
  });

  it('lists, searches, sorts and pages what one may read', async () => {
    for (const name of ['Zebra', 'Apple']) await anna.ok('POST', '/workspaces', { name, labels: ['fruit.or-not'] });
    const names = async (client: ApiClient, query: string) =>
      ((await client.ok('GET', `/workspaces${query}`))['list'] as unknown as { name: string }[]).map(
        ({ name }) => name,
      );
    expect(await names(anna, '')).toEqual(["Anna's Shop", 'Apple', 'Zebra']);
    expect(await names(anna, '?sort=-name&limit=2')).toEqual(['Zebra', 'Apple']);
    expect(await names(anna, '?limit=2&page=1')).toEqual(['Zebra']);
    expect(await names(anna, '?name=EBR')).toEqual(['Zebra']);
    expect(await names(anna, '?labels=x,fruit.or-not')).toEqual(['Apple', 'Zebra']);
    expect(await names(anna, `?ids=${id},live`)).toEqual(["Anna's Shop"]);
    expect(await names(anna, '?slug=shop')).toEqual(["Anna's Shop"]);
    expect(await names(bob, '')).toEqual(['live']);
    expect((await owner.ok('GET', '/workspaces'))['list']).toHaveLength(4);
    expect((await anna.call('GET', '/workspaces?limit=501')).status).toBe(400);
  });

  it('deletes files, schedules and waits, and cancels open runs', async () => {
    await anna.ok('POST', `/workspaces/${id}/automations`, { ...sleeper('x'), name: 'Sleeper' });
    await anna.ok('POST', `/workspaces/${id}/automations`, {
      name: 'Daily',
      when: { schedules: ['0 7 * * *'] },
      do: [],
    });
    const calling = product.workspace(id).call('Sleeper');
    await product.workspace(id).until('runtime.waits.pending');
    expect(await product.temporal('schedule', 'list')).toContain(`${id}/Daily`);
    expect(await anna.ok('DELETE', `/workspaces/${id}`)).toEqual({ id });
    expect(await calling).toMatchObject({ status: 409, body: { error: 'RunCancelledError' } });
    expect(existsSync(join(folder.path, id))).toBe(false);
    expect((await anna.call('GET', `/workspaces/${id}`)).status).toBe(404);
    expect((await product.workspace(id).call('greet')).status).toBe(404);
    expect(await product.temporal('schedule', 'list')).not.toContain(`${id}/Daily`);
    await eventually('the slug is free', async () => {
      const { status } = await anna.call('POST', '/workspaces', { name: 'Second', slug: 'shop' });
      return status === 200;
    });
  });
});

describe('automations', () => {
  const base = '/workspaces/live/automations';

  it('derives slugs, and takes them with blanks and slashes', async () => {
    const created = await owner.ok('POST', base, { name: { en: 'Déjà vu, again!', fr: 'x' }, do: [] });
    expect(created).toMatchObject({ slug: 'Deja vu again', diagnostics: [] });
    expect(await owner.ok('POST', base, { name: 'Deja vu again', do: [] })).toMatchObject({ slug: 'Deja vu again-1' });
    const nested = { slug: 'a/b c', name: 'Nested', when: { endpoint: true }, do: [], output: { ok: true } };
    await owner.ok('POST', base, nested);
    expect(file('live', 'automations/a/b c.yml')).toContain('name: Nested');
    expect(await owner.ok('GET', `${base}/a%2Fb%20c`)).toMatchObject({ slug: 'a/b c', output: { ok: true } });
    expect(await product.workspace('live').call('a/b c')).toMatchObject({ status: 200, body: { ok: true } });
    expect(await owner.call('POST', base, nested)).toMatchObject({ status: 400, body: { error: 'AlreadyUsedError' } });
    expect(await owner.ok('DELETE', `${base}/a%2Fb%20c`)).toEqual({ slug: 'a/b c' });
    expect(existsSync(join(folder.path, 'live', 'automations', 'a'))).toBe(false);
    expect((await product.workspace('live').call('a/b c')).status).toBe(404);
  });

  it('serves a save at once, and keeps comments and order', async () => {
    const document = await owner.ok('GET', `${base}/hello`);
    const { events: _, ...rest } = document;
    const saved = await bob.ok('PATCH', `${base}/hello`, { ...rest, output: { word: 'two' } });
    expect(saved).toMatchObject({ slug: 'hello', updatedBy: 'bob', output: { word: 'two' } });
    expect(file('live', 'automations/hello.yml')).toBe(hello.replace('one', 'two'));
    expect(await product.workspace('live').call('hello')).toMatchObject({ body: { word: 'two' } });
    const [event] = await product.workspace('live').until('workspaces.automations.updated');
    expect(event?.payload).toMatchObject({
      slug: 'hello',
      automation: { name: 'Hello' },
      events: { listen: [], emit: [] },
    });
    expect(event?.source.userId).toBe('bob');
  });

  it('renames, and refuses a name that is taken', async () => {
    const made = await bob.ok('POST', base, { slug: 'old name', name: 'X', when: { endpoint: true }, do: [] });
    expect(await owner.call('PATCH', `${base}/old%20name`, { slug: 'hello', name: 'X', do: [] })).toMatchObject({
      status: 400,
      body: { error: 'AlreadyUsedError' },
    });
    const renamed = { slug: 'new-name', name: 'X', when: { endpoint: true }, do: [] };
    const { createdAt, createdBy } = made;
    expect(await owner.ok('PATCH', `${base}/old%20name`, renamed)).toMatchObject({
      createdAt,
      createdBy,
      updatedBy: 'owner',
    });
    expect(createdBy).toBe('bob');
    expect((await product.workspace('live').call('old name')).status).toBe(404);
    expect((await product.workspace('live').call('new-name')).status).toBe(200);
    const updated = await product
      .workspace('live')
      .until('workspaces.automations.updated', { 'payload.slug': 'new-name' });
    expect(updated[0]?.payload).toMatchObject({ oldSlug: 'old name' });
  });

  it('answers all diagnostics of a lenient save, refuses a strict one, and restarts on what it stored', async () => {
    const flawed: JsonObject = {
      name: 'Flawed',
      when: { endpoint: true },
      do: [{ sleep: 'soon' }, { nowhere: {} }],
      output: { a: 1 },
    };
    const strict = await owner.call('POST', `${base}?strict=true`, flawed);
    expect(strict).toMatchObject({ status: 400, body: { error: 'InvalidAutomationError' } });
    const { diagnostics } = (strict.body as unknown as { details: { diagnostics: { code: string; line: number }[] } })
      .details;
    expect(diagnostics.map(({ code }) => code).sort()).toEqual(['CALL_UNKNOWN', 'SLEEP_INVALID']);
    expect((await owner.call('GET', `${base}/Flawed`)).status).toBe(404);
    const lenient = await owner.ok('POST', base, flawed);
    expect((lenient['diagnostics'] as unknown as { code: string }[]).map(({ code }) => code).sort()).toEqual([
      'CALL_UNKNOWN',
      'SLEEP_INVALID',
    ]);
    expect(await product.workspace('live').call('Flawed')).toMatchObject({ status: 400 });
    await product.restart();
    expect(product.output()).toContain('live');
    expect(await product.workspace('live').call('Flawed')).toMatchObject({ status: 400 });
    expect(await product.workspace('live').call('hello')).toMatchObject({ body: { word: 'two' } });
    await owner.ok('DELETE', `${base}/Flawed`);
  });

  it.each([
    ['a cron that is none', { when: { schedules: ['every day'] } }, 'InvalidScheduleError'],
    ['a slug that is none', { slug: 'a.b' }, 'InvalidSlugError'],
    ['a field that is unknown', { doo: [] }, 'RequestValidationError'],
    ['no `do`', { do: undefined }, 'RequestValidationError'],
  ])('refuses %s, and stores nothing', async (_, fields, error) => {
    const before = readdirSync(join(folder.path, 'live', 'automations'));
    const answer = await owner.call('POST', base, JSON.parse(JSON.stringify({ name: 'Refused', do: [], ...fields })));
    expect(answer).toMatchObject({ status: 400, body: { error } });
    expect(readdirSync(join(folder.path, 'live', 'automations'))).toEqual(before);
  });

  it('keeps texts as they are, under ETags', async () => {
    const source = `${base}/hello/source`;
    const read = await owner.call('GET', source);
    expect(read.headers['content-type']).toContain('yaml');
    expect(read.body).toBe(file('live', 'automations/hello.yml'));
    const etag = read.headers['etag'] ?? '';
    const put = (text: string, headers: Record<string, string> = {}, query = {}) =>
      owner.call('PUT', source, undefined, { text, query, headers: { 'content-type': 'text/yaml', ...headers } });
    const three = `# a note\n${hello.replace('one', 'three')}`;
    const saved = await put(three, { 'if-match': etag });
    expect(saved).toMatchObject({ status: 200, body: { automation: { slug: 'hello' }, diagnostics: [] } });
    expect(saved.headers['etag']).toBe((saved.body as JsonObject)['etag']);
    expect(file('live', 'automations/hello.yml')).toBe(three);
    expect(await product.workspace('live').call('hello')).toMatchObject({ body: { word: 'three' } });
    const stale = await put('name: stale\ndo: []\n', { 'if-match': etag });
    expect(stale).toMatchObject({
      status: 412,
      body: { error: 'PreconditionFailedError', details: { etag: saved.headers['etag'], by: 'owner' } },
    });
    expect(await put('name: [', {})).toMatchObject({ status: 400, body: { error: 'InvalidAutomationError' } });
    expect(await put(`${hello}  - x`, {}, { strict: 'true' })).toMatchObject({ status: 400 });
    expect(file('live', 'automations/hello.yml')).toBe(three);
    const fresh = await owner.call('PUT', `${base}/fresh/source`, undefined, {
      text: 'name: Fresh\ndo: []\n',
      headers: { 'content-type': 'application/yaml', 'if-none-match': '*' },
    });
    expect(fresh).toMatchObject({ status: 200, body: { automation: { slug: 'fresh' } } });
  });

  it('sees what an editor saves into the folder', async () => {
    folder.write('live', { 'by-hand': 'name: By hand\ndo: []\n' });
    await eventually('it is listed', async () => (await owner.call('GET', `${base}/by-hand`)).status === 200);
    folder.write('live', { 'automations/hello.yml': hello.replace('one', 'hand') });
    await owner.ok('POST', base, { name: 'After hand', do: [] });
    expect(await product.workspace('live').call('hello')).toMatchObject({ body: { word: 'hand' } });
  });

  it('mends one of two files that were broken by hand', async () => {
    mkdirSync(join(folder.path, 'broken', 'automations'), { recursive: true });
    folder.write('broken', { 'index.yml': 'name: Broken\n', a: 'name: [', b: 'name: [' });
    await eventually('it is there', async () => (await owner.call('GET', '/workspaces/broken')).status === 200);
    const put = (slug: string) =>
      owner.call('PUT', `/workspaces/broken/automations/${slug}/source`, undefined, {
        text: `name: Mended\nwhen: { endpoint: true }\ndo: []\noutput: { of: ${slug} }\n`,
        headers: { 'content-type': 'text/yaml' },
      });
    expect((await put('a')).status).toBe(200);
    expect((await product.workspace('broken').call('a')).status).toBe(404);
    expect((await put('b')).status).toBe(200);
    expect(await product.workspace('broken').call('a')).toMatchObject({ status: 200, body: { of: 'a' } });
  });
});

describe('checks and releases', () => {
  it('checks files without storing them', async () => {
    const files = { 'automations/x.yml': 'name: X\ndo: [{ emitt: { event: a } }]\n' };
    const checked = await owner.ok('POST', '/workspaces/live/check', { files });
    expect(checked['diagnostics']).toMatchObject([{ code: 'CALL_UNKNOWN', file: 'automations/x.yml', line: 2 }]);
    expect(checked['releaseDigest']).toMatch(/^r:/);
    expect((await owner.call('GET', '/workspaces/live/automations/x')).status).toBe(404);
  });

  it('lists releases newest first, page by page, with their open runs', async () => {
    const list = (query = '') =>
      owner.ok('GET', `/workspaces/live/releases${query}`) as unknown as Promise<{
        items: { digest: string; at: string; by?: string; message: string; openRuns: number }[];
        next?: string;
        total: { value: number };
      }>;
    const all = await list();
    expect(all.items[0]).toMatchObject({ message: 'automation After hand created', by: 'owner', openRuns: 0 });
    expect(all.items.map(({ message }) => message)).toContain('files changed');
    expect(all.total).toEqual({ value: all.items.length, relation: 'eq' });
    const first = await list('?limit=3');
    const second = await list(`?limit=3&cursor=${first.next}`);
    expect([...first.items, ...second.items]).toEqual(all.items.slice(0, 6));
    expect((await owner.call('GET', '/workspaces/live/releases?cursor=nonsense')).status).toBe(400);
  });
});

describe('suspension', () => {
  it('starts nothing, holds parked runs, and lets them go on when it is lifted', async () => {
    const live = product.workspace('live');
    await owner.ok('POST', '/workspaces/live/automations', { ...sleeper('{{x}}'), slug: 'sleeper' });
    await owner.ok('POST', '/workspaces/live/automations', {
      name: 'Daily',
      when: { schedules: ['0 7 * * *'] },
      do: [],
    });
    const on = { name: 'On', when: { events: ['ping'] }, do: [{ emit: { event: 'pong' } }] };
    await owner.ok('POST', '/workspaces/live/automations', on);
    live.call('sleeper').catch(() => undefined); // Its product is restarted.
    await live.until('runtime.waits.pending');
    await owner.ok('PUT', '/workspaces/live/suspension', { suspended: true, reason: 'unpaid' });
    expect(await owner.ok('GET', '/workspaces/live')).toMatchObject({ suspended: { reason: 'unpaid' } });
    expect(await live.call('hello')).toMatchObject({ status: 400, body: { error: 'SuspendedWorkspaceError' } });
    expect((await live.test('hello')).status).toBe(400);
    expect(await product.temporal('schedule', 'list')).not.toContain('live/Daily');
    await live.emit('ping');
    await live.emit('wake.up');
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await product.restart();
    expect(await product.temporal('schedule', 'list')).not.toContain('live/Daily');
    expect(await live.events(['woke', 'pong'])).toEqual([]);
    await owner.ok('PUT', '/workspaces/live/suspension', { suspended: false });
    await live.until('woke', {}, { withinMs: 20_000 });
    expect(await live.events('pong')).toEqual([]);
    expect((await live.call('hello')).status).toBe(200);
    expect(await product.temporal('schedule', 'list')).toContain('live/Daily');
    expect(await live.events('workspaces.suspended')).toHaveLength(2);
  });
});
