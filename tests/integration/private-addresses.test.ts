/** `fetch` cannot be used to reach what only this machine or its network can, where that is refused. */
import { startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';
import { startStub, type StubServer } from '../support/stub-server';

jest.setTimeout(60_000);

const WITHIN_MS = 2_000;
const fetches = `
name: Fetches
when: { endpoint: true }
do:
  - fetch: { url: '{{body.url}}', output: got, outputMode: detailed_response }
output: '{{got}}'
`;
const folder = servedFolder({ acme: { fetches } });
let product: Product;
let inside: StubServer;
beforeAll(async () => {
  inside = await startStub((_, response) => void response.end('inside'));
  product = await startProduct(folder.path, { FETCH_PRIVATE_ADDRESSES: 'refuse' });
}, 120_000);
afterAll(async () => {
  await product?.stop();
  await inside?.close();
  folder.remove();
}, 120_000);

const port = () => new URL(inside.url).port;

it.each([
  ['loopback', () => `http://127.0.0.1:${port()}/`],
  ['another address of loopback', () => `http://127.8.9.10:${port()}/`],
  ['a name of loopback', () => `http://localhost:${port()}/`],
  ['loopback of IPv6', () => `http://[::1]:${port()}/`],
  ['IPv4 inside IPv6', () => `http://[::ffff:127.0.0.1]:${port()}/`],
  ['IPv4 inside IPv6, in hexadecimal', () => `http://[::ffff:7f00:1]:${port()}/`],
  ['one number', () => `http://2130706433:${port()}/`],
  ['a hexadecimal number', () => `http://0x7f000001:${port()}/`],
  ['octal parts', () => `http://0177.0.0.1:${port()}/`],
  ['fewer parts', () => `http://127.1:${port()}/`],
  ['any address', () => `http://0.0.0.0:${port()}/`],
  ['any address of IPv6', () => `http://[::]:${port()}/`],
  ['a user in front', () => `http://example.org@127.0.0.1:${port()}/`],
  ['facts of the machine in a cloud', () => 'http://169.254.169.254/latest/meta-data/'],
  ['a private network, 10', () => 'http://10.0.0.1/'],
  ['a private network, 172', () => 'http://172.16.0.1/'],
  ['a private network, 192', () => 'http://192.168.0.1/'],
  ['addresses of a provider', () => 'http://100.64.0.1/'],
  ['a private network of IPv6', () => 'http://[fd00::1]/'],
  ['the link of IPv6', () => 'http://[fe80::1]/'],
  ['the Temporal server', () => `http://${product.temporalAddress}/`],
  ['a file', () => 'file:///etc/passwd'],
  ['another protocol', () => `gopher://127.0.0.1:${port()}/_x`],
])('refuses %s', async (_, url) => {
  const start = performance.now();
  const answer = await product.workspace('acme').call('fetches', { body: { url: url() } });
  expect(performance.now() - start).toBeLessThan(WITHIN_MS);
  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject({
    error: expect.stringMatching(/^(FetchError|InvalidInstructionError)$/) as unknown,
  });
  expect(inside.requests).toEqual([]);
});
