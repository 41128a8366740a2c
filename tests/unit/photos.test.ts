/** What the head of an address says of a photo. */
import { createAgent } from '../../activities/fetch/agent';
import { startStub, type StubServer } from '../support/stub-server';
import { headPhotos } from '../../shared/drivers/photos/head';

const MAX_BYTES = 1_000;
let stub: StubServer;
beforeAll(async () => {
  stub = await startStub(({ path }, response) => {
    const [, what = '', size] = path.split('/');
    const length = size === undefined ? {} : { 'content-length': size };
    if (what === 'silent') return;
    if (what === 'moved') response.writeHead(302, { location: '/png/10' });
    else if (what === 'round') response.writeHead(302, { location: '/round' });
    else if (what === 'missing') response.writeHead(404, { 'content-type': 'image/png' });
    else response.writeHead(200, { 'content-type': what === 'html' ? 'text/html' : `image/${what}`, ...length });
    response.end();
  });
});
afterAll(() => stub.close());

const photos = (privateAddresses: 'allow' | 'refuse' = 'allow') =>
  headPhotos({ dispatcher: createAgent({ privateAddresses, maxRedirects: 3 }), maxBytes: MAX_BYTES, timeoutMs: 300 });

const ABSENT = 'nothing can be had from its address';
const LARGE = 'it has more than 1000 bytes';

it.each([
  ['an image', '/png/1000', null],
  ['an image of another kind', '/svg+xml/20', null],
  ['an image whose size is not told', '/jpeg', null],
  ['an image that has moved', '/moved', null],
  ['an image that is too large', '/png/1001', LARGE],
  ['a page', '/html/10', 'what is at its address is no image'],
  ['nothing', '/missing', ABSENT],
  ['one that moves round and round', '/round', ABSENT],
  ['a server that never answers', '/silent', ABSENT],
])('judges %s', async (_, path, problem) => {
  const start = performance.now();
  expect(await photos().problemOf(stub.url + path)).toBe(problem);
  expect(performance.now() - start).toBeLessThan(2_000);
  expect(stub.requests.every(({ method }) => method === 'HEAD')).toBe(true);
});

it('knows the size of a data URI, and asks nobody', async () => {
  const before = stub.requests.length;
  const uri = (bytes: number) => `data:image/png;base64,${Buffer.alloc(bytes).toString('base64')}`;
  expect(await photos().problemOf(uri(MAX_BYTES - 10))).toBeNull();
  expect(await photos().problemOf(uri(MAX_BYTES + 10))).toBe(LARGE);
  expect(stub.requests).toHaveLength(before);
});

it.each([
  ['loopback', () => stub.url],
  ['a name of loopback', () => stub.url.replace('127.0.0.1', 'localhost')],
  ['facts of the machine in a cloud', () => 'http://169.254.169.254/latest'],
  ['a file', () => 'file:///etc/passwd'],
  ['no address', () => 'nothing'],
])('calls no private address where they are refused: %s', async (_, url) => {
  const before = stub.requests.length;
  expect(await photos('refuse').problemOf(`${url()}/png/10`)).toBe(ABSENT);
  expect(stub.requests).toHaveLength(before);
});
