/** Photos that are named by an address: looked at when they are given, with the guard of `fetch`. */
import type { JsonObject } from '../../shared/core/json';
import { apiClient, type ApiClient } from '../support/api-client';
import { OWNER_TOKEN, startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';
import { startStub, type StubServer } from '../support/stub-server';

jest.setTimeout(60_000);

const settings = {
  WORKSPACE_PHOTO_MAX_SIZE: '2000',
  PROFILE_PICTURE_MAX_SIZE: '1000',
  ACCOUNT_VALIDATION_METHOD: 'auto',
};
const folder = servedFolder();
let stub: StubServer;
let product: Product;
let owner: ApiClient;

beforeAll(async () => {
  stub = await startStub(({ path }, response) => {
    const [, type = '', size = '10'] = path.split('/');
    response.writeHead(200, { 'content-type': type === 'page' ? 'text/html' : 'image/png', 'content-length': size });
    response.end();
  });
  product = await startProduct(folder.path, settings);
  owner = apiClient(product.url, OWNER_TOKEN);
}, 120_000);
afterAll(async () => {
  await product?.stop();
  await stub?.close();
  folder.remove();
}, 120_000);
beforeEach(() => (stub.requests as unknown[]).splice(0));

const refused = (why: string) => ({
  status: 400,
  body: { error: 'InvalidFile', message: `This cannot be a photo: ${why}`, details: { field: 'photo' } },
});
const NO_IMAGE = 'what is at its address is no image';
const ABSENT = 'nothing can be had from its address';

async function person(email: string): Promise<ApiClient> {
  const nobody = apiClient(product.url, null);
  const account = { email, password: 'long enough 1' };
  await nobody.ok('POST', '/signup', { ...account, firstName: 'Ada', lastName: 'Love' });
  return apiClient(product.url, String((await nobody.ok('POST', '/login', account))['token']));
}

it('of people', async () => {
  const ada = await person('ada@example.org');
  const change = (photo: string) => ada.call('PATCH', '/user', { photo });
  expect(await change(`${stub.url}/image/1001`)).toMatchObject(refused('it has more than 1000 bytes'));
  expect(await change(`${stub.url}/page`)).toMatchObject(refused(NO_IMAGE));
  expect(await change('http://127.0.0.1:1/a.png')).toMatchObject(refused(ABSENT));
  expect(await change(`${stub.url}/image`)).toMatchObject({ status: 200, body: { photo: `${stub.url}/image` } });
  expect(await change('')).toMatchObject({ status: 200, body: { photo: '' } });
});

it('of workspaces and apps', async () => {
  const create = (photo: string) => owner.call('POST', '/workspaces', { name: 'Shop', description: 'Sells', photo });
  expect(await create(`${stub.url}/page`)).toMatchObject(refused(NO_IMAGE));
  expect(await create(`data:image/png;base64,${'A'.repeat(4_000)}`)).toMatchObject(
    refused('it has more than 2000 bytes'),
  );
  expect((await owner.ok('GET', '/workspaces?name=Shop'))['list']).toEqual([]);
  const made = await create(`${stub.url}/image/1500`);
  expect(made.status).toBe(200);
  const { id } = made.body as JsonObject;
  const change = (fields: JsonObject) => owner.call('PATCH', `/workspaces/${String(id)}`, fields);
  expect(await change({ photo: `${stub.url}/image/2001` })).toMatchObject(refused('it has more than 2000 bytes'));
  expect(await change({ photo: 'http://127.0.0.1:1/a.png' })).toMatchObject(refused(ABSENT));
  const asked = stub.requests.length;
  expect(await change({ photo: `${stub.url}/image/1500`, description: 'Sells more' })).toMatchObject({ status: 200 });
  // Sent back as it was.
  expect(stub.requests).toHaveLength(asked);
  expect(await owner.call('POST', '/apps', { workspaceId: String(id), slug: 'shop' })).toMatchObject({ status: 200 });
  expect(stub.requests).toHaveLength(asked + 1);
  expect(stub.requests.map(({ method }) => method)).toEqual(Array<string>(asked + 1).fill('HEAD'));
  expect(await change({ photo: null })).toMatchObject({ status: 200 });
});

it('at no private address, where those are refused', async () => {
  const ada = await person('bob@example.org');
  await product.restart({ ...settings, FETCH_PRIVATE_ADDRESSES: 'refuse' });
  expect(await ada.call('PATCH', '/user', { photo: `${stub.url}/image` })).toMatchObject(refused(ABSENT));
  expect(await owner.call('POST', '/workspaces', { name: 'Other', photo: `${stub.url}/image` })).toMatchObject(
    refused(ABSENT),
  );
  expect(stub.requests).toEqual([]);
});
