import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from './config';

describe('configuration', () => {
  it('has a default for every setting', () => {
    expect(readConfig({})).toMatchObject({ port: 3001, production: false, fetchPrivateAddresses: 'allow' });
  });

  it.each([
    ['GATEWAY_PORT', '80x'],
    ['GATEWAY_PORT', '70000'],
    ['MAXIMUM_SUCCESSIVE_CALLS', '0'],
    ['LOG_LEVEL', 'loud'],
    ['OSTINATO_PAYLOAD_ENCRYPTION', 'true'],
    ['OSTINATO_CONTINUE_AS_NEW_AFTER', '3'],
    ['OSTINATO_TRACE_KEEP', '30'],
    ['SCHEDULES_MAXIMUM_OCCURRENCE_PATTERN', '0 0 * * 1'],
    ['SCHEDULES_MAXIMUM_OCCURRENCE_PATTERN', 'often'],
    ['UPLOADS_ALLOWED_MIMETYPES', 'images'],
    ['UPLOADS_FORBIDDEN_MIMETYPES', '*/svg'],
    ['UPLOADS_DEFAULT_VISIBILITY', 'hidden'],
    ['UPLOADS_STORAGE_TYPE', 'S3'],
  ])('refuses %s=%s and names it', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(
      expect.objectContaining({ code: 'ConfigurationError', message: expect.stringContaining(`${name}=${value}`) }),
    );
  });

  it.each([
    [undefined, 'secrets'],
    ['secrets', 'secrets'],
    ['on', 'on'],
    ['off', 'off'],
  ])('with OSTINATO_PAYLOAD_ENCRYPTION=%s encrypts %s', (text, scope) =>
    expect(readConfig({ OSTINATO_PAYLOAD_ENCRYPTION: text }).payloadEncryption).toBe(scope),
  );

  it('reads secrets by workspace and name', () =>
    expect(readConfig({ OSTINATO_SECRETS: '{"acme": {"token": "hush"}}' }).secrets).toEqual({
      acme: { token: 'hush' },
    }));

  it.each(['hush', '["hush"]', '{"acme": "hush"}', '{"acme": {"token": ["hush"]}}', '{"a": {"token": "hush"'])(
    'refuses secrets of the form %s without showing them',
    (text) => {
      const refusal = expect.objectContaining({
        code: 'ConfigurationError',
        message: expect.not.stringContaining('hush'),
      });
      expect(() => readConfig({ OSTINATO_SECRETS: text })).toThrow(refusal);
    },
  );

  it('reads people, and refuses what is none without showing it', () => {
    const users = '{"ann": {"token": "t1", "email": "a@b.c", "roles": {"*": "agent"}}, "joe": {"token": "t2"}}';
    expect(readConfig({ OSTINATO_USERS: users }).users).toEqual([
      { userId: 'ann', token: 't1', email: 'a@b.c', roles: { '*': 'agent' } },
      { userId: 'joe', token: 't2', roles: {} },
    ]);
    for (const text of [
      'hush',
      '[]',
      '{"a": "hush"}',
      '{"a": {"tokn": "hush"}}',
      '{"a": {"token": ""}}',
      '{"a": {"token": "hush", "roles": {"acme": 1}}}',
      '{"owner": {"token": "hush"}}',
      '{"a": {"token": "hush"}, "b": {"token": "hush"}}',
    ]) {
      const refusal = { code: 'ConfigurationError', message: expect.not.stringContaining('hush') as unknown };
      expect(() => readConfig({ OSTINATO_USERS: text })).toThrow(expect.objectContaining(refusal));
    }
  });

  it('takes the usual types of files, in the data folder, for everybody', () => {
    expect(readConfig({ DATA_DIR: '/data' }).uploads).toMatchObject({ dir: '/data/uploads', publicByDefault: true });
    const given = { UPLOADS_ALLOWED_MIMETYPES: 'Image/*, text/plain', UPLOADS_DEFAULT_VISIBILITY: 'private' };
    expect(readConfig(given).uploads).toMatchObject({
      mimetypes: { allowed: ['image/*', 'text/plain'], forbidden: [] },
      publicByDefault: false,
    });
  });

  it('reads values of config, blanks of the slug left out', () => {
    const { configSettings } = readConfig({
      APP_CONFIG_myapp_KEY: 'a',
      WORKSPACE_CONFIG_acme_KEY: 'w',
      APP_CONFIG_x: '',
    });
    expect([configSettings.app('my app'), configSettings.app('x'), configSettings.workspace('acme')]).toEqual([
      { KEY: 'a' },
      {},
      { KEY: 'w' },
    ]);
  });

  it.each([
    [undefined, 30 * 24],
    ['12h', 12],
    ['7d', 7 * 24],
    ['0', 0],
  ])('keeps traces for %s: %d hours', (text, hours) =>
    expect(readConfig({ OSTINATO_TRACE_KEEP: text }).traceKeepMs).toBe(hours * 3_600_000),
  );

  it('prefers GATEWAY_PORT to PORT, and is stricter in production', () => {
    expect(readConfig({ GATEWAY_PORT: '1', PORT: '2' }).port).toBe(1);
    expect(readConfig({ PORT: '2' }).port).toBe(2);
    expect(readConfig({ NODE_ENV: 'production' })).toMatchObject({
      keepCorrelationId: false,
      fetchPrivateAddresses: 'refuse',
    });
  });

  it('is documented, setting by setting', () => {
    const source = ['config.ts', 'identity-config.ts', 'upload-settings.ts']
      .map((file) => readFileSync(join(__dirname, file), 'utf8'))
      .join();
    const docs = readFileSync(join(__dirname, '../docs/settings.md'), 'utf8');
    const read = new Set(source.match(/\b(?:env\.|')([A-Z][A-Z_]{3,})\b/g)?.map((m) => m.replace(/^env\.|^'/, '')));
    expect([...read].filter((name) => !docs.includes(`\`${name}\``))).toEqual([]);
  });
});
