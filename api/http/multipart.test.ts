import { serve } from '../../shared/testing/fakes/serve';
import { toErrorReply } from './error-reply';
import { isMultipart, readForm } from './multipart';

let server: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  server = await serve(async (request, response) => {
    if (!isMultipart(request)) return void response.writeHead(415).end();
    try {
      const filesLimit = Number(request.headers['x-files'] ?? 100);
      response.end(JSON.stringify(await readForm(request, { fileLimitBytes: 1000, filesLimit })));
    } catch (error) {
      const { status, body } = toErrorReply(error, 'c');
      response.writeHead(status).end(JSON.stringify(body));
    }
  });
});
afterAll(() => server.close());

async function send(form: FormData, headers = {}): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(server.url, { method: 'POST', headers, body: form });
  return { status: answer.status, body: await answer.json() };
}

function formOf(...parts: readonly (readonly [name: string, value: string | Blob, filename?: string])[]): FormData {
  const form = new FormData();
  for (const [name, value, filename] of parts) {
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, value, filename);
  }
  return form;
}

const blob = (text: string, type = 'text/plain') => new Blob([text], { type });
const fileAs = (fieldname: string, originalname: string, text: string, mimetype = 'text/plain') => ({
  ...{ fieldname, originalname, encoding: '7bit', mimetype },
  size: Buffer.byteLength(text),
  base64: Buffer.from(text).toString('base64'),
});

describe('a multipart form', () => {
  it('gives fields as texts, and files with their name, type, size and content', async () => {
    const form = formOf(['a', '1'], ['cv', blob('Straße', 'application/pdf'), 'Lebenslauf ü.pdf'], ['empty', '']);
    expect(await send(form)).toEqual({
      status: 200,
      body: { a: '1', cv: fileAs('cv', 'Lebenslauf ü.pdf', 'Straße', 'application/pdf'), empty: '' },
    });
  });

  it('makes one flat list of several values under one name, in their order', async () => {
    const form = formOf(['f', blob('1'), '1'], ['f', blob('2'), '2'], ['f', blob('3'), '3'], ['t', 'x'], ['t', 'y']);
    expect((await send(form)).body).toEqual({
      f: [fileAs('f', '1', '1'), fileAs('f', '2', '2'), fileAs('f', '3', '3')],
      t: ['x', 'y'],
    });
  });

  it('calls what has no name `file`, and takes any name as it is', async () => {
    const form = formOf(['', blob('1'), 'n.txt'], ['__proto__', 'p'], ['constructor', 'c']);
    const { body } = await send(form);
    expect(Object.entries(body as object)).toEqual([
      ['file', fileAs('file', 'n.txt', '1')],
      ['__proto__', 'p'],
      ['constructor', 'c'],
    ]);
  });

  it.each([
    ['a file of 1,001 bytes', formOf(['f', blob('x'.repeat(1001)), 'f']), 1000],
    ['a field above 1 MiB', formOf(['f', 'x'.repeat(1024 * 1024 + 1)]), 1024 * 1024],
    ['51 parts', formOf(...Array.from({ length: 51 }, (_, i) => [`f${i}`, 'x'] as const)), 50],
    [
      '14 MB and more',
      formOf(...Array.from({ length: 15 }, (_, i) => [`f${i}`, 'x'.repeat(1e6)] as const)),
      14_000_000,
    ],
  ])('is refused with %s', async (_what, form, limit) => {
    expect(await send(form)).toMatchObject({ status: 413, body: { error: 'InvalidUploadError', details: { limit } } });
  });

  it('is refused with more files than the route takes', async () => {
    const one = formOf(['f', blob('1'), 'f'], ['t', 'text']);
    expect((await send(one, { 'x-files': '1' })).status).toBe(200);
    one.append('g', blob('2'), 'g');
    expect(await send(one, { 'x-files': '1' })).toMatchObject({
      status: 413,
      body: { error: 'InvalidUploadError', details: { limit: 1 } },
    });
  });

  it.each([
    ['a file of 1,000 bytes', formOf(['f', blob('x'.repeat(1000)), 'f'])],
    ['a field of 1 MiB', formOf(['f', 'x'.repeat(1024 * 1024)])],
    ['50 parts', formOf(...Array.from({ length: 50 }, (_, i) => [`f${i}`, 'x'] as const))],
  ])('is taken with %s', async (_what, form) => {
    expect((await send(form)).status).toBe(200);
  });

  it.each([
    ['without a boundary', 'multipart/form-data', 'x'],
    [
      'that ends too early',
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1',
    ],
    ['with a broken part', 'multipart/form-data; boundary=b', '--b\r\nnonsense'],
  ])('is refused with 400 %s', async (_what, type, body) => {
    const answer = await fetch(server.url, { method: 'POST', headers: { 'content-type': type }, body });
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: 'RequestValidationError' }]);
  });
});
