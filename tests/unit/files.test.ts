/** Names, types, options, ranges and tokens of uploaded files; forms that break off; what has expired or was left. */
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { parse } from 'yaml';
import { parseRange } from '../../api/files/byte-range';
import { downloadHeaders } from '../../api/files/download-headers';
import { safeName } from '../../api/files/file-name';
import { withOptions } from '../../api/files/file-options';
import { optionsOfFiles } from '../../api/files/form-options';
import { judgeMimetype } from '../../api/files/judge-mimetype';
import { createForgetWorkspace, createRemoveExpired, createSweepBytes, startPurge } from '../../api/files/purge-files';
import { readUpload, type IncomingFile } from '../../api/files/read-upload';
import { opens, temporaryToken } from '../../api/files/tokens';
import type { HttpRequest } from '../../api/http/contract';
import type { Json } from '../../shared/core/json';
import { folderFileBytes } from '../../shared/drivers/file-bytes/folder';
import { sqliteFileRecords } from '../../shared/drivers/file-records/sqlite';
import { openDatabase } from '../../shared/drivers/sqlite/database';
import { pieces } from '../../shared/testing/contracts/file-bytes';
import { aFile, fileId } from '../../shared/testing/contracts/file-records';
import { eventually } from '../support/eventually';

const table = <T>(name: string) =>
  parse(readFileSync(join(__dirname, '..', 'files', `${name}.yaml`), 'utf8')) as readonly T[];

describe('names', () => {
  it.each(table<{ given: string; name: string }>('names'))('$given', ({ given, name }) =>
    expect(safeName(given)).toBe(name),
  );
  it('keeps the ending of a long one, and half a pair out of the address', () => {
    expect(safeName(`${'a'.repeat(500)}.png`)).toBe(`${'a'.repeat(146)}.png`);
    expect(safeName('a\ud800.txt')).toBe('a.txt');
  });
});

interface MimetypeRow {
  readonly declared: string;
  readonly name: string;
  readonly allowed?: string[];
  readonly forbidden?: string[];
  readonly mimetype?: string;
}
it.each(table<MimetypeRow>('mimetypes'))('type $declared of $name', ({ declared, name, mimetype, ...rules }) => {
  const { allowed = ['image/*', 'text/*', 'application/*'], forbidden = [] } = rules;
  const judge = () => judgeMimetype(declared, name, { allowed, forbidden });
  if (mimetype !== undefined) expect(judge()).toBe(mimetype);
  else expect(judge).toThrow(expect.objectContaining({ code: 'InvalidUploadError', status: 400 }));
});

interface OptionsRow {
  readonly name: string;
  readonly fields: { [field: string]: string[] };
  readonly files: number;
  readonly options?: Json;
  readonly refused?: string;
}
it.each(table<OptionsRow>('options'))('options: $name', ({ fields, files, options, refused }) => {
  const read = () => optionsOfFiles(new Map(Object.entries(fields)), files);
  if (refused === undefined) expect(read()).toEqual(options);
  else expect(read).toThrow(expect.objectContaining({ details: [expect.objectContaining({ path: refused })] }));
});

it.each(table<{ range: string; first?: number; last?: number }>('ranges'))('range $range', ({ range, ...wanted }) =>
  expect(parseRange(range, 10) ?? {}).toEqual(wanted),
);

describe('options of a file', () => {
  it('an expiry counts from the change, and can be taken away', () => {
    const expiring = withOptions(aFile(1), { expiresAfter: 10 }, 5_000);
    expect(expiring).toMatchObject({ expiresAfter: 10, expiresAt: 15_000 });
    expect(withOptions(expiring, { public: true }, 9_000)).toMatchObject({ public: true, expiresAt: 15_000 });
    expect(withOptions(expiring, { expiresAfter: null }, 9_000)).toEqual(aFile(1));
  });
});

describe('tokens', () => {
  const file = aFile(1, { secret: 'one', createdAt: 1_000, shareToken: 'the-share-token' });
  const token = temporaryToken(file, 5_000);

  it.each([
    ['its share token', 'the-share-token', 1, true],
    ['a temporary token', token, 4_999, true],
    ['one that has expired', token, 5_000, false],
    ['one with a later end', token.slice(0, 64) + (9_000).toString(16), 1, false],
    ['one of another file of the same form', temporaryToken({ ...file, secret: 'two' }, 5_000), 1, false],
    ['one with zeros before its end', `${token.slice(0, 64)}0${token.slice(64)}`, 1, false],
    ['the digest alone', token.slice(0, 64), 1, false],
    ['nothing', '', 1, false],
    ['a part of the share token', 'the-share', 1, false],
  ])('%s', (_, given, now, isOpen) => expect(opens(given, file, now)).toBe(isOpen));

  it('nothing opens a file that has no share token', () => expect(opens('undefined', aFile(1), 1)).toBe(false));
});

describe('downloads', () => {
  it.each([
    ['image/png', 'inline'],
    ['text/plain', 'inline'],
    ['video/mp4', 'inline'],
    ['image/svg+xml', 'attachment'],
    ['text/html', 'attachment'],
    ['application/xhtml+xml', 'attachment'],
    ['text/xml', 'attachment'],
    ['text/javascript', 'attachment'],
    ['application/pdf', 'attachment'],
    ['image/unheard-of', 'attachment'],
  ])('%s: %s', (mimetype, disposition) => {
    const headers = downloadHeaders(aFile(1, { mimetype, name: `a'b"\r\nü.x` }));
    expect(headers['content-disposition']).toBe(`${disposition}; filename*=UTF-8''a%27b%22%0D%0A%C3%BC.x`);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['content-security-policy']).toMatch(/; sandbox$/);
  });
});

describe('forms', () => {
  const limits = { fileLimitBytes: 1_000, formLimitBytes: 2_500 };
  const part = (head: string, content: string) =>
    `--b\r\ncontent-disposition: form-data; ${head}\r\n\r\n${content}\r\n`;
  const aPart = (n: number, size: number) => part(`name="f"; filename="${n}.txt"`, 'x'.repeat(size));
  const request = (body: string | Readable, type = 'multipart/form-data; boundary=b') =>
    ({
      incoming: typeof body === 'string' ? Readable.from([Buffer.from(body)]) : body,
      headers: { 'content-type': type },
    }) as unknown as HttpRequest;
  const sizes: string[] = [];
  const take = async ({ name, content }: IncomingFile): Promise<string> => {
    let size = 0;
    for await (const piece of content) size += piece.length;
    sizes.push(name);
    return `${name} ${size}`;
  };
  const filesOf = async (body: string | Readable, type?: string) =>
    (await readUpload(request(body, type), limits, take)).files;

  it('hands files on one after the other, whatever they came as', async () => {
    const data = part('name="d"', 'data:text/plain;filename:d.txt;base64,aGVsbG8=');
    expect(await filesOf(`${aPart(1, 10)}${data}${aPart(2, 0)}--b--\r\n`)).toEqual(['1.txt 10', 'd.txt 5', '2.txt 0']);
    const json = { a: 'data:text/plain;base64,aGVsbG8=', b: ['data:text/plain;filename:x;y.txt;base64,'] };
    expect(await filesOf(JSON.stringify(json), 'application/json')).toEqual(['a 5', 'x;y.txt 0']);
  });

  it('knows fields as texts, also before and behind the files', async () => {
    const body = `${part('name="public"', 'true')}${aPart(1, 1)}${part('name="metadata.k"', 'a')}${part('name="metadata.k"', 'b')}--b--\r\n`;
    expect(Object.fromEntries((await readUpload(request(body), limits, take)).fields)).toEqual({
      public: ['true'],
      'metadata.k': ['a', 'b'],
    });
    const json = { f: 'data:text/plain;base64,', public: false, expiresAfter: 5, 'metadata.k': null };
    const { fields } = await readUpload(request(JSON.stringify(json), 'application/json'), limits, take);
    expect(Object.fromEntries(fields)).toEqual({ public: ['false'], expiresAfter: ['5'], 'metadata.k': [''] });
  });

  it.each<[string, string | Readable, string | undefined, string]>([
    ['a file that is too large', `${aPart(1, 1_001)}--b--\r\n`, undefined, 'InvalidUploadError'],
    [
      'files too large together',
      `${[1, 2, 3].map((n) => aPart(n, 900)).join('')}--b--\r\n`,
      undefined,
      'InvalidUploadError',
    ],
    ['too many parts', `${aPart(1, 0).repeat(1_001)}--b--\r\n`, undefined, 'RequestValidationError'],
    ['no end', aPart(1, 10), undefined, 'RequestValidationError'],
    [
      'an end in the middle of a file',
      '--b\r\ncontent-disposition: form-data; name="f"; filename="a"\r\n\r\nxx',
      undefined,
      'RequestValidationError',
    ],
    ['no boundary', 'x', 'multipart/form-data', 'RequestValidationError'],
    ['another type', 'x', 'text/plain', 'RequestValidationError'],
    ['no JSON', '{', 'application/json', 'RequestValidationError'],
    ['a list', '[]', 'application/json', 'RequestValidationError'],
    ['an object inside', '{"f": {"a": 1}}', 'application/json', 'RequestValidationError'],
    ['a prototype', '{"__proto__": {"a": 1}}', 'application/json', 'RequestValidationError'],
    ['an unknown field', `${part('name="role"', 'owner')}--b--\r\n`, undefined, 'RequestValidationError'],
    ['no base64', '{"f": "data:text/plain;base64,***"}', 'application/json', 'InvalidUploadError'],
    ['a data URI without a type of coding', '{"f": "data:text/plain,hello"}', 'application/json', 'InvalidUploadError'],
    [
      'a data URI that is too large',
      JSON.stringify({ f: `data:text/plain;base64,${'A'.repeat(2_000)}` }),
      'application/json',
      'InvalidUploadError',
    ],
  ])('refuses %s', async (_, body, type, code) => {
    await expect(filesOf(body, type)).rejects.toMatchObject({ code });
  });

  it('says whose connection broke off, and lets nobody go on with half a file', async () => {
    const incoming = new Readable({ read: () => undefined });
    const reading = filesOf(incoming);
    incoming.push(Buffer.from('--b\r\ncontent-disposition: form-data; name="f"; filename="a"\r\n\r\nhalf'));
    await new Promise(setImmediate);
    incoming.destroy(new Error('ECONNRESET'));
    await expect(reading).rejects.toMatchObject({ code: 'RequestValidationError' });
  });

  it('waits for what it has handed on before it tells of a failure', async () => {
    let first = 'under way';
    const slow = async ({ name, content }: IncomingFile): Promise<void> => {
      if (name === '2.txt') throw new Error('refused');
      for await (const _ of content);
      await new Promise((resolve) => setTimeout(resolve, 100));
      first = 'done';
    };
    await expect(readUpload(request(`${aPart(1, 1)}${aPart(2, 1)}--b--\r\n`), limits, slow)).rejects.toThrow('refused');
    expect(first).toBe('done');
  });
});

describe('what is to go', () => {
  const dir = mkdtempSync(join(tmpdir(), 'ostinato-files-'));
  const db = openDatabase(join(dir, 'test.db'));
  const records = sqliteFileRecords(db);
  const bytes = folderFileBytes(join(dir, 'uploads'));
  const lines: unknown[] = [];
  const note = (line: unknown) => void lines.push(line);
  const log = { debug: note, info: note, warn: note, error: note } as never;
  let at = 1_000;
  const dependencies = { records, bytes, log, now: () => at };
  const path = (n: number) => join(dir, 'uploads', 'acme', fileId(n));
  const store = async (n: number, over = {}) => {
    await bytes.put({ workspaceId: 'acme', id: fileId(n) }, pieces('x'));
    await records.add([aFile(n, over)]);
  };
  afterAll(async () => {
    await db.close();
    rmSync(dir, { recursive: true });
  });

  it('goes at its time, with its bytes', async () => {
    await store(1, { expiresAt: 2_000 });
    await store(2);
    const purge = createRemoveExpired(dependencies);
    expect(await purge()).toBe(0);
    at = 2_000;
    expect(await purge()).toBe(1);
    expect([existsSync(path(1)), existsSync(path(2))]).toEqual([false, true]);
    expect(await records.find({ workspaceId: 'acme', id: fileId(1) })).toBeNull();
  });

  it('sweeps bytes that a crash has left without a record, and never young ones', async () => {
    at = Date.now();
    await bytes.put({ workspaceId: 'acme', id: fileId(3) }, pieces('left'));
    const sweep = createSweepBytes(dependencies);
    expect(await sweep()).toBe(0);
    for (const n of [2, 3]) utimesSync(path(n), 1, 1);
    expect(await sweep()).toBe(1);
    expect([existsSync(path(2)), existsSync(path(3))]).toEqual([true, false]);
  });

  it('goes with its workspace', async () => {
    await createForgetWorkspace(dependencies)('acme');
    expect(existsSync(path(2))).toBe(false);
    expect(await records.find({ workspaceId: 'acme', id: fileId(2) })).toBeNull();
  });

  it('is looked for at the start and again and again, and a failure ends nothing', async () => {
    let fails = true;
    const removeExpired = async (now: number) => {
      if (fails) throw new Error('the disk is away');
      return records.removeExpired(now);
    };
    await store(5, { expiresAt: 1 });
    const purge = startPurge({ ...dependencies, records: { ...records, removeExpired } }, { expiredEveryMs: 20 });
    await eventually('it was told', async () => JSON.stringify(lines).includes('expired') || lines.length > 0);
    fails = false;
    await eventually('it is gone', async () => !existsSync(path(5)));
    await purge.stop();
  });
});
